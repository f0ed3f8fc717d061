/** The floor: bare `node:http` sending the same bytes as a token read, with no checks at all. argv: port, socket path. */
import { createServer } from 'node:http'

const [, , port = '0', socket] = process.argv
const token = 'x'.repeat(1500)
const body = JSON.stringify({
  access_token: token,
  token_type: 'Bearer',
  expires_in: 3600,
  expires_at: 1_900_000_000,
  scope: 'read',
  connection: 'c-0000001',
  generation: 1,
  warnings: [],
})
const headers = [
  'content-type',
  'application/json; charset=utf-8',
  'cache-control',
  'no-store',
  'content-length',
  String(body.length),
]
const listener = () =>
  createServer((_request, response) => {
    response.writeHead(200, headers)
    response.end(body, 'latin1')
  })
listener().listen(Number(port), '127.0.0.1', () => process.send?.('ready'))
if (socket !== undefined) listener().listen(socket)
