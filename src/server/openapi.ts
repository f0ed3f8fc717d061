/** The contract as an OpenAPI 3.1 document. Schemas with an id become components; everything else stands in place. */
import { z } from 'zod'
import { contract } from '../api/contract.ts'
import type { Needs, Route } from '../api/contract.ts'
import { problem } from '../api/problem.ts'

type JsonObject = Record<string, unknown>

export type OpenApi = {
  openapi: '3.1.0'
  info: JsonObject
  servers: { url: string }[]
  paths: Record<string, Record<string, JsonObject>>
  components: { schemas: Record<string, JsonObject>; securitySchemes: JsonObject }
}

const rights: Record<Needs, string> = {
  nothing: 'No key needed.',
  token: 'Needs a key with the verb `token` for the connection.',
  read: 'Needs a key with the verb `read`, or a session.',
  admin: 'Needs a key with the verb `admin`, or a session.',
  fresh: 'Needs a sign-in younger than 10 minutes, or the Unix socket.',
}

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An API key (`eg_...`).' },
  basic: { type: 'http', scheme: 'basic', description: 'An API key as password; the user name does not matter.' },
  header: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
  session: { type: 'apiKey', in: 'cookie', name: 'evergrant_session', description: 'A signed-in browser.' },
}

/** `version` is the product's, `publicUrl` where people reach this server. */
export function openApi(version: string, publicUrl: string): OpenApi {
  const schemas: Record<string, JsonObject> = {}
  const problemRef = schemaOf(problem, 'output', schemas)
  const paths: OpenApi['paths'] = {}
  for (const [name, route] of Object.entries<Route>(contract)) {
    const operations = (paths[route.path] ??= {})
    operations[route.method.toLowerCase()] = operation(name, route, schemas, problemRef)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Evergrant',
      version,
      summary: 'Authorize once; from then on every job gets a fresh token.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    paths,
    components: { schemas, securitySchemes },
  }
}

function operation(
  name: string,
  route: Route,
  schemas: Record<string, JsonObject>,
  problemRef: JsonObject,
): JsonObject {
  const content = (schema: z.ZodType, io: 'input' | 'output') => ({
    'application/json': { schema: schemaOf(schema, io, schemas) },
  })
  return {
    operationId: name,
    summary: route.summary,
    description: rights[route.needs],
    ...(route.needs === 'nothing' ? { security: [] } : { security: securityOf(route) }),
    parameters: [...parameters(route.params, 'path', schemas), ...parameters(route.query, 'query', schemas)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: !route.body.safeParse({}).success, content: content(route.body, 'input') } }),
    responses: {
      [String(route.status ?? 200)]: {
        description: route.response === undefined ? 'Done.' : 'Success.',
        ...(route.response === undefined ? {} : { content: content(route.response, 'output') }),
      },
      default: {
        description: 'A problem document (RFC 9457).',
        content: { 'application/problem+json': { schema: problemRef } },
      },
    },
  }
}

function securityOf(route: Route): JsonObject[] {
  const keys = [{ bearer: [] }, { basic: [] }, { header: [] }]
  if (route.needs === 'fresh') return [{ session: [] }]
  return route.job ? keys : [...keys, { session: [] }]
}

function parameters(
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
  schemas: Record<string, JsonObject>,
): JsonObject[] {
  if (schema === undefined) return []
  const { properties, required } = schemaOf(schema, 'input', schemas) as {
    properties: Record<string, JsonObject>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || (required ?? []).includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }))
}

/** Moves the definitions that zod puts beside a schema into the components, and points there. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, JsonObject>): JsonObject {
  const {
    $defs = {},
    $schema: _,
    ...made
  } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' }) as JsonObject & {
    $defs?: Record<string, JsonObject>
  }
  for (const [id, definition] of Object.entries($defs)) schemas[id] ??= pointed(definition)
  const id = made['id']
  if (typeof id !== 'string') return pointed(made)
  schemas[id] ??= pointed(made)
  return { $ref: `#/components/schemas/${id}` }
}

function pointed(value: JsonObject): JsonObject {
  const { id: _, ...rest } = JSON.parse(
    JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as JsonObject
  return rest
}
