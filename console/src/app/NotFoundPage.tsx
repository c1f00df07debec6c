import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import { useTexts } from '../i18n/texts';
import { usePage } from './page';
import { texts } from './texts';

export function NotFoundPage() {
  const t = useTexts(texts);
  usePage({ title: t.notFound });
  return (
    <ContentLayout header={<Header variant="h1">{t.notFound}</Header>}>
      <Box variant="p">{t.notFoundText}</Box>
      <Button href="#/list">{t.toFlows}</Button>
    </ContentLayout>
  );
}
