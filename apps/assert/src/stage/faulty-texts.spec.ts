import { putFiles } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { faultyTexts } from './faulty-texts.ts';

test('texts that are read and programs are looked at, data are not', async () => {
  const artifacts = new InMemoryArtifactStore();
  const files = await putFiles(artifacts, {
    'data/public/description.txt': 'Predict it. <!-- they are sorted -->\u202e\n',
    'data/public/notes.md': '\ufeffSee <script>x</script>\n',
    'data/public/train.csv': 'id,text\n1,\u202e<!--\n',
    'data/public/train/0.txt': '<!-- a document -->',
    'utils/metric.py': 'class A_Metrics:\n    s = "<!--\u2066"\n',
    'utils/prepare.py': 'import pandas\r\n',
    'data/public/large.txt': '<!--'.repeat(1_000_000),
  });

  expect(await faultyTexts(artifacts, files)).toEqual({
    'data/public/description.txt': ['U+202E', '<!--'],
    'data/public/notes.md': ['U+FEFF', '<script', '</script'],
    'utils/metric.py': ['U+2066'],
  });
});
