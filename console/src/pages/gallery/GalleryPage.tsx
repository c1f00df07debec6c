import type { ConnectorConfiguration } from '@aws-sdk/client-appflow';
import Button from '@cloudscape-design/components/button';
import Cards from '@cloudscape-design/components/cards';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import HelpPanel from '@cloudscape-design/components/help-panel';
import Link from '@cloudscape-design/components/link';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { usePage } from '../../app/page';
import { useConnectors } from '../../api/queries';
import { descriptionOf, isRegistered, nameOfConnector, titleOf } from '../../components/connect/connectors';
import { ConnectorIcon } from '../../components/ConnectorIcon';
import { EmptyState } from '../../components/EmptyState';
import { ErrorAlert } from '../../components/ErrorAlert';
import { useSearch } from '../../components/useSearch';
import { useLanguage, useTexts } from '../../i18n/texts';
import { RegisterDialog } from './RegisterDialog';
import { texts } from './texts';
import { UnregisterDialog } from './UnregisterDialog';

const NONE: ConnectorConfiguration[] = [];
const detailsOf = (name: string) => `/connectors/${encodeURIComponent(name)}`;

export default function GalleryPage() {
  const t = useTexts(texts);
  const language = useLanguage();
  const navigate = useNavigate();
  const connectors = useConnectors();
  const [isTable, setIsTable] = useState(false);
  const [isCustomOnly, setIsCustomOnly] = useState(false);
  const [open, setOpen] = useState<'register' | 'unregister'>();
  const close = () => setOpen(undefined);

  usePage({
    title: t.title,
    contentType: isTable ? 'table' : 'cards',
    help: (
      <HelpPanel header={<h2>{t.title}</h2>}>
        <p>{t.help}</p>
        <p>{t.helpRegister}</p>
        <p>{t.helpUnregister}</p>
      </HelpPanel>
    ),
  });

  const shown = useMemo(() => {
    const all = connectors.data ?? NONE;
    const wanted = isCustomOnly ? all.filter(isRegistered) : all.slice();
    return wanted.sort((a, b) => titleOf(a).localeCompare(titleOf(b)));
  }, [connectors.data, isCustomOnly]);

  const { filter: search, ...table } = useSearch(shown, {
    find: t.filter,
    textOf: (connector) => `${titleOf(connector)} ${descriptionOf(connector, language) ?? ''}`,
    empty: connectors.error ? (
      <ErrorAlert error={connectors.error} header={t.failed} onRetry={() => void connectors.refetch()} />
    ) : (
      <EmptyState title={t.none} text={t.noneText} action={<Button onClick={() => setOpen('register')}>{t.registerNew}</Button>} />
    ),
    noMatchText: t.noMatchesText,
    pageSize: 24,
    selection: { keepSelection: true, trackBy: nameOfConnector },
  });
  const selected = table.selectedItems?.[0];

  const copyableLabel = (label: string) => (
    <CopyToClipboard
      variant="inline"
      textToCopy={label}
      copyButtonAriaLabel={t.copyLabel(label)}
      copySuccessText={t.copied}
      copyErrorText={t.copyFailed}
    />
  );
  const describe = (connector: ConnectorConfiguration) => descriptionOf(connector, language) ?? t.registeredText;
  const rolesOf = ({ canUseAsSource, canUseAsDestination }: ConnectorConfiguration) =>
    [canUseAsSource && t.source, canUseAsDestination && t.destination].filter(Boolean).join(', ');

  const header = (
    <Header
      variant="awsui-h1-sticky"
      counter={connectors.data && `(${connectors.data.length})`}
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          <SegmentedControl
            label={t.view}
            selectedId={isTable ? 'table' : 'cards'}
            options={[
              { id: 'cards', text: t.cardView },
              { id: 'table', text: t.tableView },
            ]}
            onChange={({ detail }) => setIsTable(detail.selectedId === 'table')}
          />
          <Button
            disabled={!selected}
            disabledReason={t.chooseFirst}
            onClick={() => navigate(detailsOf(nameOfConnector(selected!)))}
          >
            {t.viewDetails}
          </Button>
          <Button
            disabled={!selected || !isRegistered(selected)}
            disabledReason={selected ? t.builtInFirst : t.chooseFirst}
            onClick={() => setOpen('unregister')}
          >
            {t.unregister}
          </Button>
          <Button variant="primary" onClick={() => setOpen('register')}>
            {t.registerNew}
          </Button>
        </SpaceBetween>
      }
    >
      {t.title}
    </Header>
  );
  const filter = (
    <Grid gridDefinition={[{ colspan: { default: 12, xs: 8 } }, { colspan: { default: 12, xs: 4 } }]}>
      {search}
      <Select
        ariaLabel={t.kind}
        selectedOption={isCustomOnly ? { value: 'custom', label: t.custom } : { value: 'all', label: t.all }}
        options={[
          { value: 'all', label: t.all },
          { value: 'custom', label: t.custom },
        ]}
        onChange={({ detail }) => setIsCustomOnly(detail.selectedOption.value === 'custom')}
      />
    </Grid>
  );
  const common = {
    ...table,
    header,
    filter,
    loading: connectors.isPending,
    loadingText: t.loading,
    selectionType: 'single' as const,
    variant: 'full-page' as const,
  };
  const itemSelectionLabel = (_: unknown, connector: ConnectorConfiguration) => t.select(titleOf(connector));

  return (
    <>
      {isTable ? (
        <Table
          {...common}
          wrapLines
          ariaLabels={{ tableLabel: t.title, selectionGroupLabel: t.selection, itemSelectionLabel }}
          columnDefinitions={[
            {
              id: 'name',
              header: t.name,
              isRowHeader: true,
              cell: (connector) => (
                <Link href={`#${detailsOf(nameOfConnector(connector))}`}>{titleOf(connector)}</Link>
              ),
            },
            { id: 'description', header: t.description, cell: describe, maxWidth: 400 },
            {
              id: 'label',
              header: t.label,
              cell: (connector) => copyableLabel(nameOfConnector(connector)),
            },
            { id: 'roles', header: t.roles, cell: rolesOf },
            {
              id: 'origin',
              header: t.origin,
              cell: (connector) => (isRegistered(connector) ? t.registered : t.builtIn),
            },
          ]}
        />
      ) : (
        <Cards
          {...common}
          ariaLabels={{ cardsLabel: t.title, selectionGroupLabel: t.selection, itemSelectionLabel }}
          cardsPerRow={[{ cards: 1 }, { minWidth: 600, cards: 2 }, { minWidth: 1100, cards: 3 }]}
          cardDefinition={{
            header: (connector) => (
              <SpaceBetween direction="horizontal" size="s" alignItems="center">
                <ConnectorIcon name={nameOfConnector(connector)} />
                {titleOf(connector)}
              </SpaceBetween>
            ),
            sections: [
              { id: 'description', content: describe },
              {
                id: 'label',
                header: t.label,
                content: (connector) => copyableLabel(nameOfConnector(connector)),
              },
              {
                id: 'actions',
                content: (connector) => {
                  const name = nameOfConnector(connector);
                  return (
                    <SpaceBetween direction="horizontal" size="s" alignItems="center">
                      {connector.canUseAsSource && (
                        <Button
                          ariaLabel={t.createFlowFrom(titleOf(connector))}
                          onClick={() => navigate(`/create/1?source=${encodeURIComponent(name)}`)}
                        >
                          {t.createFlow}
                        </Button>
                      )}
                      <Link href={`#${detailsOf(name)}`} ariaLabel={t.viewDetailsOf(titleOf(connector))}>
                        {t.viewDetails}
                      </Link>
                    </SpaceBetween>
                  );
                },
              },
            ],
          }}
        />
      )}
      {open === 'register' && <RegisterDialog onDone={close} />}
      {open === 'unregister' && selected && (
        <UnregisterDialog label={nameOfConnector(selected)} onUnregistered={close} onDismiss={close} />
      )}
    </>
  );
}
