/**
 * The floor: bare `node:http` sending the bytes of a token read, recorded from the product, with no checks at all.
 * argv: file with the recorded answer, port, socket path.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const [, , recorded = '', port = '0', socket] = process.argv
const { headers, body } = JSON.parse(readFileSync(recorded, 'utf8')) as { headers: string[]; body: string } // get.ts wrote it
const listener = () =>
  createServer((_request, response) => {
    response.writeHead(200, headers)
    response.end(body, 'latin1')
  })
listener().listen(Number(port), '127.0.0.1', () => process.send?.('ready'))
if (socket !== undefined) listener().listen(socket)
