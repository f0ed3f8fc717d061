/**
 * Addresses by which somebody tries to make the server call what it must not: the machine itself, the networks around
 * it, the metadata services of clouds. After the OWASP cheat sheet "Server-Side Request Forgery Prevention" and the
 * spellings that the WHATWG URL standard (section 3.5, "host parsing") turns into an IPv4 address.
 */

const machine = '127.0.0.1'
const cloud = '169.254.169.254'

/** Every way to write one IPv4 address into a URL. */
function spellings(address: string): string[] {
  const bytes = address.split('.').map(Number)
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const number = ((a * 256 + b) * 256 + c) * 256 + d
  const high = (a * 256 + b).toString(16)
  const low = (c * 256 + d).toString(16)
  const percent = address.replaceAll(/\d/g, '%3$&')
  const wide = address.replaceAll(/\d/g, (digit) => '０１２３４５６７８９'.charAt(Number(digit))).replaceAll('.', '。')
  return [
    address,
    `${address}.`,
    String(number),
    `0x${number.toString(16)}`,
    `0${number.toString(8)}`,
    bytes.map((byte) => `0x${byte.toString(16)}`).join('.'),
    bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
    bytes.map((byte) => byte.toString(8).padStart(8, '0')).join('.'),
    `${a}.${(b * 256 + c) * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    `0x${a.toString(16)}.${b}.0${(c * 256 + d).toString(8)}`,
    percent,
    wide,
    `[::ffff:${address}]`,
    `[::ffff:${high}:${low}]`,
    `[0:0:0:0:0:ffff:${high}:${low}]`,
    `[0000:0000:0000:0000:0000:FFFF:${high}:${low}]`,
    `[::${address}]`,
    `[64:ff9b::${high}:${low}]`,
    `[64:ff9b:1::${high}:${low}]`,
    `[2002:${high}:${low}::]`,
    `[2002:${high}:${low}::1]`,
    `user@${address}`,
    `login.example.com:443@${address}`,
  ]
}

/** The first, the last and one in between of each special range (IANA registries, RFC 6890). */
const ranges = [
  ['0.0.0.0', '0.1.2.3', '0.255.255.255'],
  ['10.0.0.0', '10.200.3.4', '10.255.255.255'],
  ['100.64.0.0', '100.100.1.1', '100.127.255.255'],
  ['127.0.0.0', '127.9.9.9', '127.255.255.255'],
  ['169.254.0.1', '169.254.100.1', '169.254.255.255'],
  ['172.16.0.0', '172.20.10.2', '172.31.255.255'],
  ['192.0.0.0', '192.0.0.8', '192.0.0.255'],
  ['192.0.2.1', '192.88.99.1', '198.51.100.7'],
  ['192.168.0.0', '192.168.178.1', '192.168.255.255'],
  ['198.18.0.0', '198.19.1.1', '198.19.255.255'],
  ['203.0.113.9', '224.0.0.1', '239.255.255.255'],
  ['240.0.0.0', '250.1.1.1', '255.255.255.255'],
  ['[::]', '[::1]', '[::2]'],
  ['[fc00::]', '[fd00::1]', '[fdff:ffff::1]'],
  ['[fe80::1]', '[feb0::1]', '[fec0::1]'],
  ['[ff02::1]', '[ff0e::1]', '[100::1]'],
  ['[2001::1]', '[2001:db8::1]', '[3fff::1]'],
]

const metadata = [
  cloud,
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '[fd00:ec2::254]',
  '[fd20:ce::254]',
  `[::ffff:${cloud}]`,
  `[64:ff9b::${cloud}]`,
  'metadata.google.internal',
  'METADATA.GOOGLE.INTERNAL',
  'metadata.google.internal.',
  'metadata.goog',
]

/** Names, and what the resolver of the test says that they are. */
export const names: Readonly<Record<string, readonly string[]>> = {
  localhost: [machine, '::1'],
  'localhost.': [machine],
  'db.localhost': [machine],
  'localhost.localdomain': [machine],
  'ip6-localhost': ['::1'],
  'kubernetes.default.svc': ['10.96.0.1'],
  'instance-data': [cloud],
  '127.0.0.1.wildcard.test': [machine],
  'a9fea9fe.wildcard.test': [cloud],
  'mapped.test': ['::ffff:127.0.0.1'],
  'mapped-hex.test': ['::ffff:a9fe:a9fe'],
  'translated.test': ['64:ff9b::7f00:1'],
  'tunnelled.test': ['2002:7f00:1::1'],
  'compatible.test': ['::10.0.0.1'],
  'unspecified.test': ['0.0.0.0', '::'],
  'neighbour.test': ['fe80::1'],
  'unique.test': ['fd12:3456::1'],
  'multicast.test': ['224.0.0.251'],
  'all.test': [machine, '10.0.0.1', cloud, '::1', 'fd00::1'],
}

const otherwise = [
  `http://${machine}/`,
  `http://${machine}:8080/`,
  `https://${machine}:8443/`,
  `https://${machine}:22/`,
  `https://[::1]:6379/`,
  `https:${machine}`,
  `https:/${machine}/`,
  `https:\\\\${machine}\\x`,
  `https:///${machine}/`,
  `HTTPS://${machine}/`,
  ` https://${machine}/`,
  `https://${machine}\t/`,
  `https://1\n27.0.0.1/`,
  `https://${machine}?https://login.example.com/`,
  `https://${machine}#login.example.com`,
  `https://${machine}\\@login.example.com/`,
  `https://login.example.com@${machine}/`,
  `https://login.example.com%40x@${machine}/`,
  'https://login.example.com:8443/',
  'https://login.example.com:80/',
  'https://user:word@login.example.com/',
  'https://login.example.com/#x',
  'http://login.example.com/',
  'http://login.example.com:443/',
  'ws://login.example.com/',
  'ftp://login.example.com/',
  'gopher://127.0.0.1:6379/_INFO',
  'dict://127.0.0.1:11211/stat',
  'file:///etc/passwd',
  'file://localhost/etc/passwd',
  'data:application/json,{}',
  'javascript:alert(1)',
  'blob:https://login.example.com/x',
  'unix:///run/evergrant.sock',
  'about:blank',
  `//${machine}/`,
  `/oauth/token`,
  'https://',
  'https://[::1/',
  'https://[fe80::1%25eth0]/',
  'https://127.0.0.1%00.example.com/',
  'https://256.256.256.256/',
  'https://0x7f.0x0.0x0.0x100/',
  '',
]

const asUrl = (host: string): string => `https://${host}/oauth/token`

/** Refused where nothing is listed. */
export const forbidden: readonly string[] = [
  ...new Set([
    ...[machine, '10.0.0.1', '192.168.1.1', cloud].flatMap(spellings).map(asUrl),
    ...ranges.flat().map(asUrl),
    ...metadata.map(asUrl),
    ...Object.keys(names).map(asUrl),
    ...otherwise,
  ]),
]

/** Refused whatever is listed. */
export const neverAllowed: readonly string[] = [
  ...new Set([...spellings(cloud), ...metadata, 'instance-data', 'a9fea9fe.wildcard.test', 'mapped-hex.test']),
]
