import Link from '@cloudscape-design/components/link';
import { Fragment } from 'react';

export function FlowLinks({ names }: { names: string[] }) {
  return names.map((name, index) => (
    <Fragment key={name}>
      {index > 0 && ', '}
      <Link href={`#/details/${encodeURIComponent(name)}`}>{name}</Link>
    </Fragment>
  ));
}
