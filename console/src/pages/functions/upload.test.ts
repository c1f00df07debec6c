import { describe, expect, it } from 'vitest';
import { checkUpload, checkZip, emptyUpload, LARGEST_ZIP, withFile, withRuntime } from './upload';

const zip = (name = 'tidb connector.zip', size = 10) => {
  const file = new File(['x'], name);
  Object.defineProperty(file, 'size', { value: size });
  return file;
};

describe('an upload', () => {
  it('proposes a name by the file until one is typed', () => {
    const upload = withFile(emptyUpload(), zip());
    expect(upload.functionName).toBe('tidb-connector');
    expect(withFile(upload, zip('other.zip')).functionName).toBe('other');
    expect(withFile({ ...upload, functionName: 'mine' }, zip('other.zip')).functionName).toBe('mine');
    expect(withFile(upload, undefined).functionName).toBe('');
  });

  it('proposes a handler by the runtime until one is typed', () => {
    const upload = withRuntime(emptyUpload(), 'python3.12');
    expect(upload.handler).toBe('lambda_function.lambda_handler');
    expect(withRuntime(upload, 'provided.al2').handler).toBe('bootstrap');
    expect(withRuntime({ ...upload, handler: 'mine.run' }, 'provided.al2').handler).toBe('mine.run');
  });

  it('is a zip of 50 MB at most', () => {
    expect(checkZip(undefined)).toBe('missing');
    expect(checkZip(zip('a.tar.gz'))).toBe('notZip');
    expect(checkZip(zip('a.ZIP', LARGEST_ZIP))).toBeUndefined();
    expect(checkZip(zip('a.zip', LARGEST_ZIP + 1))).toBe('tooLarge');
  });

  it('says what is wrong, field by field', () => {
    const good = withFile(emptyUpload(), zip());
    expect(checkUpload(good)).toEqual({});
    expect(checkUpload({ ...good, functionName: 'a b' })).toEqual({ functionName: 'characters' });
    expect(checkUpload({ ...good, functionName: 'x'.repeat(65) })).toEqual({ functionName: 'long' });
    expect(checkUpload({ ...good, handler: '' })).toEqual({ handler: 'missing' });
    expect(checkUpload({ ...good, handler: 'a b' })).toEqual({ handler: 'space' });
    for (const memory of ['', '127', '10241', '1.5', 'much']) {
      expect(checkUpload({ ...good, memory })).toEqual({ memory: 'range' });
    }
    expect(checkUpload(emptyUpload())).toEqual({ file: 'missing', functionName: 'missing' });
  });
});
