import { usePage } from '../../app/page';

export default function FunctionsPage() {
  usePage({ title: 'FunctionsPage' });
  return null;
}
