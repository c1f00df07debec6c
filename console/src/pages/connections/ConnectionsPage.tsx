import { usePage } from '../../app/page';

export default function ConnectionsPage() {
  usePage({ title: 'ConnectionsPage' });
  return null;
}
