import { usePage } from '../../app/page';

export default function ConnectorPage() {
  usePage({ title: 'ConnectorPage' });
  return null;
}
