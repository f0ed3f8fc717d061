import { expect, it } from 'vitest'
import { endingChoices, oldestPages } from '../../scripts/oldest-facts.ts'
import { sample } from '../provider/sample.ts'

function dated() {
  const provider = sample()
  provider.sources = {
    new: { url: 'https://docs.example.com/new', checked: '2026-11-22' },
    old: { url: 'https://docs.example.com/old', checked: '2026-01-01' },
    doubtful: { url: 'https://docs.example.com/doubtful', checked: '2026-11-22' },
  }
  provider.client.see = ['new', 'old']
  provider.api = { ...provider.api, see: ['doubtful'], confidence: 'low' }
  provider.scopes!.see = ['new']
  return provider
}

it('the page read longest ago comes first, then the one whose facts are least sure', () => {
  const pages = oldestPages([dated()])
  expect(pages.map(({ source }) => source)).toEqual(['old', 'doubtful', 'new'])
})

it('a block is as old as its oldest page, and stands there once with how sure it is', () => {
  const [old, doubtful, fresh] = oldestPages([dated()])
  expect(old).toMatchObject({ service: 'sample', blocks: [{ path: 'client', confidence: 'high' }] })
  expect(doubtful!.blocks).toEqual([{ path: 'api', confidence: 'low' }])
  expect(fresh!.blocks).toEqual([{ path: 'scopes', confidence: 'high' }])
})

it('choices that have ended or end within half a year are listed, soonest first', () => {
  const provider = sample()
  const choice = (value: string, until?: string) => ({ value, label: value, ...(until && { until }) })
  provider.values!['environment']!.choices = [
    choice('forever'),
    choice('far', '2027-05-22'),
    choice('near', '2027-05-21'),
    choice('past', '2026-01-01'),
  ]
  const found = endingChoices([provider], new Date('2026-11-22T12:00:00Z'))
  expect(found.map(({ value }) => value)).toEqual(['past', 'near'])
})
