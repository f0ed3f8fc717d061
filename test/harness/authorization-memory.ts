import type { Rotation } from './authorization-server.ts'

type Payload = Record<string, unknown> & { consumed?: number; grantId?: string; userCode?: string; uid?: string }

/**
 * What the authorization server remembers, shared by its models. It adds what oidc-provider lacks: with rotation
 * `grace`, a consumed refresh token counts as unused for some more seconds, so that sending it again gives a new pair
 * instead of ending the grant.
 */
export function createAuthorizationMemory(rotation: Rotation, graceSeconds: number) {
  const rows = new Map<string, { payload: Payload; dies: number }>()

  const live = (key: string): Payload | undefined => {
    const row = rows.get(key)
    return row && row.dies > Date.now() ? row.payload : undefined
  }
  const findBy = (model: string, field: 'userCode' | 'uid', value: string): Payload | undefined => {
    for (const key of rows.keys()) {
      const payload = key.startsWith(`${model}:`) ? live(key) : undefined
      if (payload?.[field] === value) return payload
    }
    return undefined
  }

  const Adapter = class {
    readonly model: string
    constructor(model: string) {
      this.model = model
    }
    async upsert(id: string, payload: Payload, seconds?: number): Promise<void> {
      rows.set(`${this.model}:${id}`, { payload, dies: seconds ? Date.now() + seconds * 1000 : Infinity })
    }
    async find(id: string): Promise<Payload | undefined> {
      const payload = live(`${this.model}:${id}`)
      if (payload?.consumed === undefined || this.model !== 'RefreshToken' || rotation !== 'grace') return payload
      if (Date.now() > payload.consumed + graceSeconds * 1000) return payload
      const { consumed: _, ...unused } = payload
      return unused
    }
    async findByUserCode(code: string): Promise<Payload | undefined> {
      return findBy(this.model, 'userCode', code)
    }
    async findByUid(uid: string): Promise<Payload | undefined> {
      return findBy(this.model, 'uid', uid)
    }
    async consume(id: string): Promise<void> {
      const payload = live(`${this.model}:${id}`)
      // The first use counts: a second one inside the window must not prolong it.
      if (payload) payload.consumed ??= this.model === 'RefreshToken' ? Date.now() : Math.floor(Date.now() / 1000)
    }
    async destroy(id: string): Promise<void> {
      rows.delete(`${this.model}:${id}`)
    }
    async revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, row] of rows) if (row.payload.grantId === grantId) rows.delete(key)
    }
  }

  return {
    Adapter,
    putClient(client: Payload & { client_id: string }): void {
      rows.set(`Client:${client.client_id}`, { payload: client, dies: Infinity })
    },
    /** The person withdraws every consent: grants and whatever hangs on them are gone. */
    revokeGrants(): void {
      for (const [key, row] of rows) if (row.payload.grantId || key.startsWith('Grant:')) rows.delete(key)
    },
  }
}
