/**
 * redirect: how the answer of an authorization server gets back. Three of the four ways live here: the loopback
 * listener, the paste reader and the relay page; the fourth is the server's own callback. Used by the server and by the
 * command line, wherever the browser is.
 *
 * The room only carries parameters: it reads a redirect URI as typed, waits for an answer with an expected state, and
 * shows a page. What the answer means is decided in `oauth/`. It keeps no code, writes none to a page, and logs nothing.
 *
 * A typical call: `openListener({ redirectUri: 'http://localhost', … })` gives the redirect URI to send, with the port
 * that was drawn; `onParameters` is called once and its `PageResult` is what the person sees; then the port is free.
 */
export { openListener, type Listener, type ListenerEnd, type ListenerOptions } from './listener.ts'
export { escapeHtml, pageHeaders, resultPage, type Page, type PageResult } from './pages.ts'
export { readPasted, type Pasted } from './paste.ts'
export { readRedirectUri, type RedirectUri } from './uri.ts'
export { relayHtml, relayPage } from './relay.ts'
