import type { ConnectorConfiguration } from '@aws-sdk/client-appflow';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import HelpPanel from '@cloudscape-design/components/help-panel';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import Table from '@cloudscape-design/components/table';
import { useState, type ReactNode } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { usePage } from '../../app/page';
import { useConnectors } from '../../api/queries';
import {
  descriptionOf,
  isRegistered,
  nameOfConnector,
  takesConnections,
  titleOf,
} from '../../components/connect/connectors';
import { ConnectorIcon } from '../../components/ConnectorIcon';
import { labelOf } from '../../components/connect/ControlField';
import {
  authMethods,
  credentialControls,
  settingControl,
  type Control,
} from '../../components/connect/credentialForm';
import { texts as connectTexts } from '../../components/connect/texts';
import { ErrorAlert } from '../../components/ErrorAlert';
import { Time } from '../../components/Time';
import { useLanguage, useTexts } from '../../i18n/texts';
import { texts } from './texts';
import { UnregisterDialog } from './UnregisterDialog';
import { UpdateDialog } from './UpdateDialog';

export default function ConnectorPage() {
  const t = useTexts(texts);
  const name = useParams()['connector']!;
  const connectors = useConnectors();
  const connector = connectors.data?.find((each) => nameOfConnector(each) === name);

  usePage({
    title: connector ? titleOf(connector) : name,
    breadcrumbs: [{ text: t.title, href: '#/gallery' }],
    help: (
      <HelpPanel header={<h2>{t.details}</h2>}>
        <p>{t.helpDetails}</p>
        <p>{t.helpUpdate}</p>
      </HelpPanel>
    ),
  });

  if (connector) return <Details connector={connector} />;
  return (
    <ContentLayout header={<Header variant="h1">{name}</Header>}>
      {connectors.error ? (
        <ErrorAlert error={connectors.error} header={t.failed} onRetry={() => void connectors.refetch()} />
      ) : connectors.isPending ? (
        <Spinner size="large" />
      ) : (
        <SpaceBetween size="m">
          <Box>{t.unknown}</Box>
          <Button href="#/gallery">{t.title}</Button>
        </SpaceBetween>
      )}
    </ContentLayout>
  );
}

/** What the API spells as one word of a list. */
function wordsOf(list: readonly string[] | undefined): string {
  return list?.length ? list.join(', ') : '-';
}

function Details({ connector }: { connector: ConnectorConfiguration }) {
  const t = useTexts(texts);
  const language = useLanguage();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'update' | 'unregister'>();
  const close = () => setOpen(undefined);
  const name = nameOfConnector(connector);
  const arn = connector.connectorProvisioningConfig?.lambda?.lambdaArn;
  const methods = authMethods(connector);
  const settings = connector.connectorRuntimeSettings ?? [];
  const ofConnections = `#/connections?connector=${encodeURIComponent(name)}`;

  const copyable = (text: string, what: string) => (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={what}
      copySuccessText={t.copied}
      copyErrorText={t.copyFailed}
    />
  );
  const pairs = (items: [string, ReactNode][]) => (
    <KeyValuePairs columns={3} items={items.map(([label, value]) => ({ label, value: value ?? '-' }))} />
  );

  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={descriptionOf(connector, language) ?? t.registeredText}
          actions={
            <SpaceBetween size="xs" direction="horizontal">
              {isRegistered(connector) && (
                <Button onClick={() => setOpen('unregister')}>{t.unregister}</Button>
              )}
              {isRegistered(connector) && <Button onClick={() => setOpen('update')}>{t.update}</Button>}
              {takesConnections(connector) && <Button href={ofConnections}>{t.manageConnections}</Button>}
              {connector.canUseAsSource && (
                <Button
                  variant="primary"
                  onClick={() => navigate(`/create/1?source=${encodeURIComponent(name)}`)}
                >
                  {t.createFlow}
                </Button>
              )}
            </SpaceBetween>
          }
        >
          <SpaceBetween direction="horizontal" size="s" alignItems="center">
            <ConnectorIcon name={name} />
            {titleOf(connector)}
          </SpaceBetween>
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">{t.details}</Header>}>
          {pairs([
            [t.label, copyable(name, t.copyLabel(name))],
            [t.connectorName, connector.connectorName],
            [t.owner, connector.connectorOwner],
            [t.version, connector.connectorVersion],
            [
              t.roles,
              wordsOf([...(connector.canUseAsSource ? [t.source] : []), ...(connector.canUseAsDestination ? [t.destination] : [])]),
            ],
            [t.origin, isRegistered(connector) ? t.registered : t.builtIn],
            ...(isRegistered(connector)
              ? ([
                  [t.registeredAt, <Time at={connector.registeredAt} />],
                  [t.registeredBy, connector.registeredBy],
                  [t.provisioned, arn && copyable(arn, t.copyArn)],
                ] satisfies [string, ReactNode][])
              : []),
          ])}
        </Container>
        <Container header={<Header variant="h2">{t.capabilities}</Header>}>
          {pairs([
            [t.apiVersions, wordsOf(connector.supportedApiVersions)],
            [t.triggers, wordsOf(connector.supportedTriggerTypes)],
            [t.frequencies, wordsOf(connector.supportedSchedulingFrequencies)],
            [t.writeOperations, wordsOf(connector.supportedWriteOperations)],
          ])}
          <Box margin={{ top: 'l' }}>
            <KeyValuePairs items={[{ label: t.operators, value: wordsOf(connector.supportedOperators) }]} />
          </Box>
        </Container>
        {methods.length === 0 ? (
          <Container header={<Header variant="h2">{t.authentication}</Header>}>
            {takesConnections(connector) ? t.noAuthentication : t.keysOfService}
          </Container>
        ) : (
          methods.map((method) => (
            <ControlsTable
              key={method.id}
              title={`${t.authentication}: ${method.customType ?? method.type}`}
              controls={credentialControls(connector, method)}
            />
          ))
        )}
        {settings.length === 0 ? (
          <Container header={<Header variant="h2">{t.settings}</Header>}>{t.noSettings}</Container>
        ) : (
          <ControlsTable
            title={t.settings}
            controls={settings.map(settingControl)}
            detailOf={(control) => {
              const setting = settings.find(({ key }) => key === control.key);
              return [setting?.dataType, setting?.scope].filter(Boolean).join(', ');
            }}
          />
        )}
      </SpaceBetween>
      {open === 'update' && <UpdateDialog connector={connector} onDone={close} />}
      {open === 'unregister' && (
        <UnregisterDialog
          label={connector.connectorLabel!}
          onUnregistered={() => navigate('/gallery')}
          onDismiss={close}
        />
      )}
    </ContentLayout>
  );
}

/** What a connector asks for, one row each. */
function ControlsTable({
  title,
  controls,
  detailOf,
}: {
  title: string;
  controls: Control[];
  /** Its type and scope. */
  detailOf?: (control: Control) => string;
}) {
  const t = useTexts(texts);
  const c = useTexts(connectTexts);
  return (
    <Table
      header={<Header variant="h2">{title}</Header>}
      items={controls}
      trackBy="id"
      wrapLines
      ariaLabels={{ tableLabel: title }}
      columnDefinitions={[
        { id: 'label', header: t.parameter, isRowHeader: true, cell: (control) => labelOf(control, c) },
        { id: 'key', header: t.key, cell: ({ key }) => <Box variant="code">{key}</Box> },
        ...(detailOf ? [{ id: 'detail', header: `${t.type}, ${t.scope}`, cell: detailOf }] : []),
        { id: 'required', header: t.required, cell: ({ isRequired }) => (isRequired ? t.yes : t.no) },
        ...(detailOf
          ? []
          : [{ id: 'secret', header: t.secret, cell: ({ isSensitive }: Control) => (isSensitive ? t.yes : t.no) }]),
        { id: 'values', header: t.values, cell: ({ options }) => wordsOf(options) },
        { id: 'description', header: t.description, cell: ({ description }) => description ?? '-' },
      ]}
    />
  );
}
