/**
 * What the bundle takes in place of `undici`: its index loads fetch, caches and web sockets too, 4 MB of memory nobody
 * uses here. An import that is missing below stops the build; the sources import `undici` itself.
 */
export { default as buildConnector } from 'undici/lib/core/connect.js'
export { default as errors } from 'undici/lib/core/errors.js'
export { default as Agent } from 'undici/lib/dispatcher/agent.js'
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js'
