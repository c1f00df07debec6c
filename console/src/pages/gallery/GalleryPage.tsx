import { usePage } from '../../app/page';

export default function GalleryPage() {
  usePage({ title: 'GalleryPage' });
  return null;
}
