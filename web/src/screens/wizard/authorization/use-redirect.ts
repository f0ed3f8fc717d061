import { useEditor } from '../editor.ts'

/** The redirect URI that would be sent now, what is entered at the service for it, and why it would not be taken. */
export function useRedirect(): { uri?: string; register?: string; refused?: string } {
  const { draft, way, preview } = useEditor()
  const { redirect_uri, redirect_register, redirect_refused } = preview.data ?? {}
  const uri = draft.settings.redirect_uri ?? redirect_uri
  if (uri === undefined) return {}
  // While the server has not seen it yet, the offers say what they know.
  const isSeen = uri === redirect_uri
  const offered = way.ways_back.find((offer) => offer.redirect_uri === uri)?.register
  return {
    uri,
    register: (isSeen ? redirect_register : offered) ?? uri,
    ...(isSeen && redirect_refused !== undefined && { refused: redirect_refused }),
  }
}
