import type { Example } from '../provider/example.ts'

const identity = 'https://developers.dayforce.com/Build/Dayforce-Security-Framework/Token-based-authentication.aspx'
const use =
  'https://help.dayforce.com/r/documents/Dayforce-RESTful-Web-Services-Developer-Guide/Request-Dayforce-APIs-Using-an-Access-Token?contentId=asUg~g6IsGTc32du9iP3jg'
const person = { userName: 'svc_jobs', password: 'p&ss word' }

export const examples: Example[] = [
  {
    title: 'asks with company, user and password, and the client id of everybody',
    address: identity,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { typed: { company_id: 'Company123' }, ...person },
    request: `POST /connect/token HTTP/1.1
Host: dfid.dayforcehcm.com
Content-Type: application/x-www-form-urlencoded

grant_type=password&companyId=Company123&username=svc_jobs&password=p%26ss+word&client_id=Dayforce.HCMAnywhere.Client`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzdmMifQ.MyHYa7k0nvK1g","expires_in":3600,"token_type":"Bearer"}`,
    becomes: { accessToken: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzdmMifQ.MyHYa7k0nvK1g', expires: 3600 },
  },
  {
    title: 'asks the identity host that the stage environment shares with test',
    address: identity,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { typed: { company_id: 'Company123', environment: 'stage' }, ...person },
    request: `POST /connect/token HTTP/1.1
Host: dfidtst.np.dayforcehcm.com
Content-Type: application/x-www-form-urlencoded

grant_type=password&companyId=Company123&username=svc_jobs&password=p%26ss+word&client_id=Dayforce.HCMAnywhere.Client`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJhbGciOiJSUzI1NiJ9.e30.s","token_type":"Bearer"}`,
    becomes: { accessToken: 'eyJhbGciOiJSUzI1NiJ9.e30.s', expires: 3600 },
  },
  {
    title: 'repeats the request in place of a refresh, and is told that the password is wrong',
    address: identity,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { typed: { company_id: 'Company123', environment: 'config' }, ...person },
    request: `POST /connect/token HTTP/1.1
Host: dfidconfig.np.dayforcehcm.com
Content-Type: application/x-www-form-urlencoded

grant_type=password&companyId=Company123&username=svc_jobs&password=p%26ss+word&client_id=Dayforce.HCMAnywhere.Client`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"invalid_username_or_password"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks for the address of the region',
    address: use,
    from: 'described',
    way: 'user',
    call: 'region',
    given: { typed: { company_id: 'Company123' }, token: 'eyJhbGciOiJSUzI1NiJ9.e30.s' },
    request: `GET /api/Company123/V1/ClientMetadata HTTP/1.1
Host: www.dayforcehcm.com
Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.s
Accept: application/json

`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"ServiceVersion":"57.3.2.35215","ServiceUri":"https://usr57-services.dayforcehcm.com/api"}`,
    becomes: { values: { service_uri: 'https://usr57-services.dayforcehcm.com/api' } },
  },
  {
    title: 'tries the token where the role allows nothing',
    address: use,
    from: 'described',
    way: 'user',
    call: 'metadata',
    given: { typed: { company_id: 'Company123', environment: 'test' }, token: 'eyJhbGciOiJSUzI1NiJ9.e30.s' },
    request: `GET /api/Company123/V1/ClientMetadata HTTP/1.1
Host: test.dayforcehcm.com
Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.s
Accept: application/json

`,
    response: `HTTP/1.1 401 Unauthorized
Content-Length: 0

`,
    becomes: { error: 'http_401', means: 'denied' },
  },
]
