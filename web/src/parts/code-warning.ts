/** RFC 8628 section 5.4: whoever has a stranger's code entered gets the access. */
export const codeWarning = 'Enter a code only if you asked for it yourself, never one that somebody sent you.'
