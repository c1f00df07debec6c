import { usePage } from '../../app/page';

export default function RunPage() {
  usePage({ title: 'RunPage' });
  return null;
}
