import { keyVariable, type Snippet, type SnippetFacts } from './facts.ts'
import { json } from './quote.ts'
import { requestsAuth } from './python.ts'

/** dlt's REST client takes what requests takes as `auth` (dlthub.com/docs/api_reference/dlt/sources/helpers/rest_client/client, read 2026-11-22). */
export const dlt: Snippet = {
  label: 'dlt',
  says: `pip install dlt. Put the key into ${keyVariable} where the pipeline runs.`,
  text: (facts) => `${requestsAuth(facts)}

import dlt
from dlt.sources.helpers.rest_client import RESTClient

client = RESTClient(base_url=${json(split(facts).base)}, auth=Evergrant())


@dlt.resource(name=${json(facts.name.replaceAll('-', '_'))})
def rows():
    yield from client.paginate(${json(split(facts).path)})


pipeline = dlt.pipeline(${json(facts.name.replaceAll('-', '_'))}, destination="duckdb")
print(pipeline.run(rows()))
`,
}

/**
 * `HttpHook(auth_type=...)` makes one of the class for each request, without arguments where the connection has no login
 * (airflow.apache.org/docs/apache-airflow-providers-http/5.0.0/_modules/airflow/providers/http/hooks/http.html, read 2026-11-22).
 */
export const airflow: Snippet = {
  label: 'Airflow',
  says: `With apache-airflow-providers-http. Make an HTTP connection without a login, with this service's address as host, and put the key into ${keyVariable} of the workers.`,
  text: (
    facts,
  ) => `# Airflow connection: airflow connections add ${facts.name} --conn-type http --conn-host ${json(split(facts).base)}
${requestsAuth(facts)}

from airflow.providers.http.hooks.http import HttpHook


def read_rows():
    hook = HttpHook(method="GET", http_conn_id=${json(facts.name)}, auth_type=Evergrant)
    return hook.run(${json(split(facts).path)}).json()
`,
}

/** Origin, and path with query. */
function split({ url }: SnippetFacts): { base: string; path: string } {
  const parsed = URL.parse(url)
  if (parsed === null) return { base: url, path: '' }
  return { base: parsed.origin, path: parsed.pathname + parsed.search }
}
