import { describeWay, tokensAsked } from './describe.ts'
import { lowestConfidence } from './doubts.ts'
import { findWay } from './names.ts'
import type { Provider, ProviderSummary, SummaryOfWay } from './provider.ts'
import { renewalInShort } from './renewal-words.ts'

export function summarize(provider: Provider): ProviderSummary {
  return {
    id: provider.id,
    name: provider.name,
    ...(provider.aliases && { aliases: provider.aliases }),
    category: provider.category,
    ways: Object.keys(provider.ways).map((name) => summaryOfWay(provider, name)),
    checked: provider.checked,
    tried: provider.tried,
    confidence: lowestConfidence(provider),
  }
}

const tokens = { access_token: 'An access token', refresh_token: 'A refresh token' }

function summaryOfWay(provider: Provider, name: string): SummaryOfWay {
  const way = findWay(provider, name)
  const asked = describeWay(provider, name).filter(({ optional, choices }) => !optional && !choices)
  const brought = tokensAsked(provider, name).slice(0, 1)
  return {
    name,
    label: way.label,
    grant: way.grant,
    needs: [...asked.map(({ label }) => label), ...brought.map((token) => tokens[token])],
    renews: renewalInShort(way),
  }
}
