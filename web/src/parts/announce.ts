import { notifications } from '@mantine/notifications'
import { Problem } from '../server/call.ts'
import { sentence } from './sentence.ts'

/** Says that something worked, or why it did not, to everybody: notifications are read out. */
export function announce(title: string, message: string): void {
  notifications.show({ title, message, color: 'green' })
}

export function announceTrouble(title: string, error: Error): void {
  const message =
    error instanceof Problem ? `${sentence(error.facts.detail)} ${sentence(error.facts.remedy)}` : error.message
  notifications.show({ title, message, color: 'red', autoClose: 15_000 })
}
