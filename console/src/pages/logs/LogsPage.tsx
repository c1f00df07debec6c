import { usePage } from '../../app/page';

export default function LogsPage() {
  usePage({ title: 'LogsPage' });
  return null;
}
