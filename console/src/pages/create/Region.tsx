import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useId, type ReactNode } from 'react';
import { InfoLink } from './InfoLink';

/** A part of a step that can be gone to by its title. */
export function Region({
  title,
  description,
  hasInfo = false,
  actions,
  children,
}: {
  title: string;
  description?: string;
  hasInfo?: boolean;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <div role="region" aria-labelledby={id}>
      <Container
        header={
          <Header
            variant="h2"
            description={description}
            actions={actions}
            info={hasInfo && <InfoLink about={title} />}
          >
            <span id={id}>{title}</span>
          </Header>
        }
      >
        <SpaceBetween size="l">{children}</SpaceBetween>
      </Container>
    </div>
  );
}
