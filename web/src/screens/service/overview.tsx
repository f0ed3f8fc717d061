import { Code, List, Stack, Text } from '@mantine/core'
import { TextLink } from '../../parts/links.tsx'
import { isOpenable, Outward } from '../../parts/outward.tsx'
import { Prose } from '../../parts/prose.tsx'
import type { Answer } from '../../server/call.ts'
import { Part } from './part.tsx'

type ServiceFacts = Answer<'showProvider'>

const sureness = {
  high: 'Every fact here is sure.',
  medium: 'Some facts here are less sure; they are listed under Sources and doubts.',
  low: 'Some facts here are doubtful; they are listed under Sources and doubts.',
}

/** What to know before and after: registering a client, lives, traps, the test request. */
export function Overview({ service }: { service: ServiceFacts }) {
  const { checked, tried, confidence, copy_of, console: place, traps, warnings, probes, api, ways } = service
  // A definition writes a question mark behind the name of what may be missing.
  const headers = Object.entries(api.send).map(([name, value]) => ({
    name: name.replace(/\?$/, ''),
    value,
    optional: name.endsWith('?'),
  }))
  return (
    <Stack gap="xl" maw={820}>
      <Text>
        From its pages as of {checked};{' '}
        {tried === 'never' ? 'not used against the live service yet' : `used live on ${tried}`}. {sureness[confidence]}
        {copy_of !== undefined && (
          <>
            {' '}
            Copied from{' '}
            <TextLink to="/services/$id" params={{ id: copy_of }} inherit underline="always">
              {copy_of}
            </TextLink>
            .
          </>
        )}
      </Text>
      {place !== undefined && (
        <Part title="Register a client">
          {place.url !== undefined && (
            <Text>
              At <Outward href={place.url} />
              {!isOpenable(place.url) && ' with your own values in place'}
            </Text>
          )}
          <List type="ordered" spacing="xs">
            {place.steps.map((step) => (
              <List.Item key={step}>
                <Prose text={step} />
              </List.Item>
            ))}
          </List>
        </Part>
      )}
      {ways.map(({ name, label, renewal }) => (
        <Part key={name} title={ways.length === 1 ? 'How long it lasts' : `How long it lasts: ${label}`}>
          <List spacing={4}>
            {renewal.says.map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        </Part>
      ))}
      {traps.length > 0 && (
        <Part title="Know before it bites">
          <List spacing="xs">
            {traps.map((trap) => (
              <List.Item key={trap}>
                <Prose text={trap} />
              </List.Item>
            ))}
          </List>
        </Part>
      )}
      {warnings.length > 0 && (
        <Part title="What Evergrant warns about by itself">
          <List spacing="xs">
            {warnings.map(({ says, remedy, refuses }) => (
              <List.Item key={says}>
                <Prose text={says} /> <Prose text={remedy} />
                {refuses === true && ' Nothing is sent then.'}
              </List.Item>
            ))}
          </List>
        </Part>
      )}
      <Part title="How a token is used">
        <Text>
          The API is at <Code className="wrapped">{api.base}</Code>
        </Text>
        {headers.length === 0 ? (
          <Text>No header carries it.</Text>
        ) : (
          <Code block className="wrapped">
            {headers.map(({ name, value }) => `${name}: ${value}`).join('\n')}
          </Code>
        )}
        {headers.some(({ optional }) => optional) && (
          <Text size="sm">
            Left out while its value is missing:{' '}
            {headers
              .filter(({ optional }) => optional)
              .map(({ name }) => name)
              .join(', ')}
            .
          </Text>
        )}
        {probes.map(({ name, method, url, only_scope, tells_who }) => (
          <Text key={name} size="sm">
            Test request <i>{name}</i>: <Code className="wrapped">{`${method} ${url}`}</Code>
            {only_scope !== undefined && ` with the scope ${only_scope}`}
            {tells_who && '; says who was connected'}
          </Text>
        ))}
        {probes.length === 0 && <Text size="sm">It has no test request: use the token and see.</Text>}
      </Part>
    </Stack>
  )
}
