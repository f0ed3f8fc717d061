import type { Example } from '../provider/example.ts'

const client = { clientId: 'id.apps.googleusercontent.com', clientSecret: 'GOCSPX-secret' }
const web = 'https://developers.google.com/identity/protocols/oauth2/web-server'
const service = 'https://developers.google.com/identity/protocols/oauth2/service-account'

export const examples: Example[] = [
  {
    title: 'exchanges the code of a web client',
    address: web,
    from: 'described',
    way: 'user',
    call: 'token',
    given: {
      ...client,
      redirectUri: 'https://oauth2.example.com/code',
      flow: { code: '4/P7q7W91a-oMsCeLvIaQm6bTrgtp7' },
    },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

code=4%2FP7q7W91a-oMsCeLvIaQm6bTrgtp7&client_id=id.apps.googleusercontent.com&client_secret=GOCSPX-secret&redirect_uri=https%3A%2F%2Foauth2.example.com%2Fcode&grant_type=authorization_code`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{
  "access_token": "1/fFAGRNJru1FTz70BzhT3Zg",
  "expires_in": 3920,
  "token_type": "Bearer",
  "scope": "https://www.googleapis.com/auth/bigquery.readonly openid",
  "refresh_token": "1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI"
}`,
    becomes: {
      accessToken: '1/fFAGRNJru1FTz70BzhT3Zg',
      refreshToken: '1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI',
      expires: 3920,
      scope: ['https://www.googleapis.com/auth/bigquery.readonly', 'openid'],
    },
  },
  {
    title: 'renews, and the answer brings no refresh token',
    address: web,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '1//xEo' },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

client_id=id.apps.googleusercontent.com&client_secret=GOCSPX-secret&refresh_token=1%2F%2FxEo&grant_type=refresh_token`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"1/fFAGRNJru1FTz70BzhT3Zg","expires_in":3599,"scope":"openid","token_type":"Bearer"}`,
    becomes: { accessToken: '1/fFAGRNJru1FTz70BzhT3Zg', expires: 3599, scope: ['openid'] },
  },
  {
    title: 'is told that the session policy wants the person again',
    address: 'https://support.google.com/a/answer/9368756',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '1//xEo' },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

client_id=id.apps.googleusercontent.com&client_secret=GOCSPX-secret&refresh_token=1%2F%2FxEo&grant_type=refresh_token`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"reauth related error (invalid_rapt)","error_uri":"https://support.google.com/a/answer/9368756","error_subtype":"invalid_rapt"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'trades the assertion of a service account',
    address: service,
    from: 'described',
    way: 'service_account',
    call: 'token',
    given: { flow: { assertion: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI3NjEzMjY3OTgwNjkifQ.sig' } },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI3NjEzMjY3OTgwNjkifQ.sig`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"1/8xbJqaOZXSUZbHLl5EOtu1pxz3fmmetKx9W8CV4t79M","scope":"https://www.googleapis.com/auth/prediction","token_type":"Bearer","expires_in":3600}`,
    becomes: {
      accessToken: '1/8xbJqaOZXSUZbHLl5EOtu1pxz3fmmetKx9W8CV4t79M',
      expires: 3600,
      scope: ['https://www.googleapis.com/auth/prediction'],
    },
  },
  {
    title: 'makes a token of the account it acts as',
    address:
      'https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken',
    from: 'described',
    way: 'impersonated',
    call: 'impersonate',
    given: {
      typed: { target: 'loader@project.iam.gserviceaccount.com' },
      scopes: ['https://www.googleapis.com/auth/bigquery', 'https://www.googleapis.com/auth/devstorage.read_only'],
      token: 'ya29.root',
    },
    request: `POST /v1/projects/-/serviceAccounts/loader%40project.iam.gserviceaccount.com:generateAccessToken HTTP/1.1
Host: iamcredentials.googleapis.com
Authorization: Bearer ya29.root
Content-Type: application/json

{"scope":["https://www.googleapis.com/auth/bigquery","https://www.googleapis.com/auth/devstorage.read_only"],"lifetime":"3600s"}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=UTF-8

{"accessToken":"ya29.derived","expireTime":"2026-11-22T13:00:00Z"}`,
    becomes: { accessToken: 'ya29.derived', expires: '2026-11-22T13:00:00Z' },
  },
]
