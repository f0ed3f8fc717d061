import { Fragment, type ReactNode } from 'react'
import { pathOf } from './authorization/places.ts'
import { useEditor } from './editor.ts'

/** What is still to be given before something can be shown, each with a way to its field. */
export function Missing({ link }: { link: (path: string, label: string) => ReactNode }) {
  const { way, preview } = useEditor()
  return (preview.data?.missing ?? []).map((name, index) => {
    const field = way.fields.find((one) => one.name === name || pathOf(one) === name)
    return (
      <Fragment key={name}>
        {index > 0 && ', '}
        {field === undefined ? name : link(pathOf(field), field.label)}
      </Fragment>
    )
  })
}
