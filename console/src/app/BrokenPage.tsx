import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { Component, type ReactNode } from 'react';
import { useTexts } from '../i18n/texts';
import { texts } from './texts';

/** Stands in for a page that threw: what it said, and a way on. */
export class BrokenPage extends Component<{ path: string; children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate(before: { path: string }) {
    if (before.path !== this.props.path && this.state.error !== undefined) this.setState({ error: undefined });
  }

  override render() {
    const { error } = this.state;
    return error === undefined ? this.props.children : <Broken error={error} />;
  }
}

function Broken({ error }: { error: unknown }) {
  const t = useTexts(texts);
  return (
    <Alert
      type="error"
      header={t.broken}
      action={<Button onClick={() => location.reload()}>{t.reload}</Button>}
    >
      {error instanceof Error ? error.message : String(error)}
    </Alert>
  );
}
