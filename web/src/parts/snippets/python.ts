import { keyVariable, tokenUrl, type Snippet, type SnippetFacts } from './facts.ts'
import { json } from './quote.ts'

/** The same class for everything that takes an `AuthBase`: requests, dlt, Airflow. */
export function requestsAuth(facts: SnippetFacts): string {
  return `import os

import requests

TOKEN_URL = ${json(tokenUrl(facts))}
HEADERS = ${dictionary(facts.headers)}


class Evergrant(requests.auth.AuthBase):
    """A fresh token in every request; after a 401 once more with a newer one."""

    def __init__(self, *_):
        self.key = {"Authorization": "Bearer " + os.environ["${keyVariable}"]}

    def __call__(self, request):
        answer = requests.get(TOKEN_URL, headers=self.key, timeout=60)
        answer.raise_for_status()
        token = answer.json()
        self.sign(request, token)

        def once_more(response, **options):
            if response.status_code != 401:
                return response
            response.content  # read to its end, so that the connection is free
            rejected = {"rejected": token["generation"]}
            newer = requests.post(TOKEN_URL, headers=self.key, json=rejected, timeout=60)
            newer.raise_for_status()
            again = response.request.copy()
            again.deregister_hook("response", once_more)
            self.sign(again, newer.json())
            return response.connection.send(again, **options)

        request.register_hook("response", once_more)
        return request

    @staticmethod
    def sign(request, token):
        for name, value in HEADERS.items():
            request.headers[name] = value.replace("{token}", token["access_token"])
`
}

export const pythonRequests: Snippet = {
  label: 'Python requests',
  says: `pip install requests. Put the key into ${keyVariable}.`,
  text: (facts) => `${requestsAuth(facts)}

session = requests.Session()
session.auth = Evergrant()

answer = session.get(${json(facts.url)}, timeout=60)
print(answer.status_code, answer.text)
`,
}

export const pythonHttpx: Snippet = {
  label: 'Python httpx',
  says: `pip install httpx. Works with Client and AsyncClient alike. Put the key into ${keyVariable}.`,
  text: (facts) => `import os

import httpx

TOKEN_URL = ${json(tokenUrl(facts))}
HEADERS = ${dictionary(facts.headers)}


class Evergrant(httpx.Auth):
    """A fresh token in every request; after a 401 once more with a newer one."""

    requires_response_body = True

    def auth_flow(self, request):
        key = {"Authorization": "Bearer " + os.environ["${keyVariable}"]}
        token = yield httpx.Request("GET", TOKEN_URL, headers=key)
        token.raise_for_status()
        response = yield self.signed(request, token.json())
        if response.status_code == 401:
            rejected = {"rejected": token.json()["generation"]}
            newer = yield httpx.Request("POST", TOKEN_URL, headers=key, json=rejected)
            newer.raise_for_status()
            yield self.signed(request, newer.json())

    @staticmethod
    def signed(request, token):
        for name, value in HEADERS.items():
            request.headers[name] = value.replace("{token}", token["access_token"])
        return request


with httpx.Client(auth=Evergrant(), timeout=60) as client:
    answer = client.get(${json(facts.url)})
    print(answer.status_code, answer.text)
`,
}

function dictionary(fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `    ${json(name)}: ${json(value)},`)
  return `{\n${lines.join('\n')}\n}`
}
