import { usePage } from '../../app/page';

export default function OverviewPage() {
  usePage({ title: 'OverviewPage' });
  return null;
}
