import type { BackOfferOnWire } from '../../../../../src/api/provider.ts'

/** The ways back, as a person meets them. Which of them work is the server's to say. */
export const backWords: Readonly<Record<BackOfferOnWire['back'], { title: string; says: string }>> = {
  callback: {
    title: 'Back to this server',
    says: 'The browser comes back to this server, and the code is taken by itself.',
  },
  loopback: {
    title: 'A listener on the machine of this server',
    says: 'A listener is opened on the machine of this server: for a browser that runs there too.',
  },
  relay: { title: 'A page that shows the code', says: 'A page shows what came back, to be pasted here.' },
  paste: { title: 'Paste', says: 'The browser ends on an error page; its address is pasted here.' },
  device: { title: 'A code', says: 'A code is typed in on another device.' },
}
