import type { Provider, ProviderSummary } from './provider.ts'

export function summarize(provider: Provider): ProviderSummary {
  return {
    id: provider.id,
    name: provider.name,
    ...(provider.aliases && { aliases: provider.aliases }),
    category: provider.category,
    ways: Object.entries(provider.ways).map(([name, { label, grant }]) => ({ name, label, grant })),
    checked: provider.checked,
    tried: provider.tried,
  }
}
