import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useRouteError } from 'react-router-dom';
import { useTexts } from '../i18n/texts';
import { texts } from './texts';

/** Where a page threw: what it said, and a way on. */
export function BrokenPage() {
  const t = useTexts(texts);
  const error = useRouteError();
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
