/**
 * Dayforce over the wire. help.dayforce.com, RESTful Web Services Developer Guide: Token-Based Authentication
 * (facts collected 2026-11-22).
 */
import { basic, form, speaks } from './wire.ts'

const token = 'https://dfid.dayforcehcm.com/connect/token'
const id = 'client_id=Dayforce.HCMAnywhere.Client'

speaks(
  'dayforce',
  [
    {
      way: 'user',
      options: { inputs: { company_id: 'acme' } },
      sends: `
POST ${token}
${form}

grant_type=password&companyId=acme&username=ada&password=rehearsal-password&${id}

GET https://www.dayforcehcm.com/api/acme/V1/ClientMetadata
authorization: Bearer <access>.`,
    },
  ],
  [
    [
      'another password',
      `POST ${token}\n${form}\n\ngrant_type=password&companyId=acme&username=ada&password=wrong&${id}`,
      400,
      'invalid_grant',
    ],
    [
      'another client',
      `POST ${token}\n${form}\n\ngrant_type=password&companyId=acme&username=ada&password=rehearsal-password&client_id=mine`,
      401,
      'invalid_client',
    ],
    [
      'a client secret, of which there is none',
      `POST ${token}\n${form}\n${basic}\n\ngrant_type=password&companyId=acme&username=ada&password=rehearsal-password&${id}`,
      401,
      'invalid_client',
    ],
    [
      'no company',
      `POST ${token}\n${form}\n\ngrant_type=password&username=ada&password=rehearsal-password&${id}`,
      400,
      'companyId',
    ],
    [
      'a token that does not live',
      'GET https://www.dayforcehcm.com/api/acme/V1/ClientMetadata\nauthorization: Bearer x',
      401,
      '',
    ],
  ],
)
