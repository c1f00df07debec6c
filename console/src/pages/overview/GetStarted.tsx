import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useConnections, useConnectors } from '../../api/queries';
import { useTexts } from '../../i18n/texts';
import { texts } from './texts';

/** From an empty service to a first flow: the tutorial's steps, and which are done. */
export function GetStarted() {
  const t = useTexts(texts);
  const connectors = useConnectors().data ?? [];
  const connections = useConnections().data ?? [];
  const steps = [
    {
      title: t.connector,
      text: t.connectorText,
      isDone: connectors.some(({ connectorProvisioningType }) => connectorProvisioningType !== undefined),
      href: '#/gallery',
      action: t.register,
    },
    {
      title: t.connection,
      text: t.connectionText,
      isDone: connections.length > 0,
      href: '#/connections',
      action: t.connections,
    },
    { title: t.createTitle, text: t.createText, isDone: false, href: '#/create/1', action: t.create },
  ];
  const next = steps.findIndex(({ isDone }) => !isDone);
  return (
    <Container header={<Header variant="h2" description={t.startText}>{t.start}</Header>}>
      <ColumnLayout columns={3} minColumnWidth={220} borders="vertical">
        {steps.map(({ title, text, isDone, href, action }, i) => (
          <SpaceBetween key={href} size="s">
            <Box variant="h3">{t.step(i + 1, title)}</Box>
            <Box>{text}</Box>
            {isDone && <StatusIndicator type="success">{t.done}</StatusIndicator>}
            <Button href={href} variant={i === next ? 'primary' : 'normal'}>{action}</Button>
          </SpaceBetween>
        ))}
      </ColumnLayout>
    </Container>
  );
}
