import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, offeredEncodings, suppositions } from './decode-text.ts';

/** Bytes as another program would have saved them. */
function encoded(text: string, encoding: string): Uint8Array {
  return execFileSync('iconv', ['-f', 'UTF-8', '-t', encoding], { input: text });
}

describe('text of a file from anywhere', () => {
  it.each([
    ['UTF-8 with a mark', Buffer.from('\ufeffMann läuft'), 'utf-8', 'Mann läuft'],
    [
      'UTF-16 with a mark, as Excel writes',
      Buffer.from('\ufeffMann läuft', 'utf16le'),
      'utf-16le',
      'Mann läuft',
    ],
    ['UTF-16, big end first', Buffer.from('\ufeffпривет', 'utf16le').swap16(), 'utf-16be', 'привет'],
    [
      'UTF-32',
      Buffer.from(Uint32Array.from('\ufeffпривет', (sign) => sign.codePointAt(0) ?? 0).buffer),
      'utf-32le',
      'привет',
    ],
  ])('in %s is what its mark says, without the mark', (_name, bytes, encoding, text) => {
    expect(decodeText(bytes)).toEqual({ text, encoding });
  });

  it.each([
    ['UTF-16LE', 'utf-16le', 'start,end\n1,2\n'],
    ['GBK', 'gbk', '1\n00:00:01,000 --> 00:00:02,000\n测试字幕\n'],
    ['GB18030', 'gb18030', '张三跑步，㐂然后他停下来。'],
    ['GBK', 'gbk', '张三跑步，然后他停下来。'],
    ['BIG5', 'big5', '測試字幕，他們在跑步。'],
    ['SHIFT_JIS', 'shift_jis', '男の人が走っている。'],
    ['SHIFT_JIS', 'shift_jis', 'カメラが動く'],
    ['EUC-KR', 'euc-kr', '남자가 달린다 그리고 멈춘다'],
    ['WINDOWS-1251', 'windows-1251', 'Человек бежит по улице'],
    ['WINDOWS-1251', 'windows-1251', '1\n00:00:01,000 --> 00:00:02,000\nпривет\n'],
    ['GB18030', 'gb18030', '测试字幕，他在跑步𠀀'],
    ['WINDOWS-1251', 'windows-1251', 'вода стала теплее'],
    ['KOI8-R', 'koi8-r', 'Мужчина бежит, собака лает'],
    ['WINDOWS-1253', 'windows-1253', 'Καλημέρα κόσμε, τι κάνεις;'],
    ['WINDOWS-1254', 'windows-1254', 'Merhaba dünya, çok güzel bir gün şimdi'],
    ['WINDOWS-1254', 'windows-1254', 'ağır ışık'],
    ['WINDOWS-1255', 'windows-1255', 'שלום עולם'],
    ['WINDOWS-1255', 'windows-1255', 'האיש רץ ברחוב והכלב נובח'],
    ['WINDOWS-1256', 'windows-1256', 'مرحبا بالعالم'],
    ['WINDOWS-1256', 'windows-1256', 'الرجل يجري في الشارع'],
    ['WINDOWS-1256', 'windows-1256', 'مرحبا هذا اختبار الترجمة'],
    ['WINDOWS-1255', 'windows-1255', 'בְּרֵאשִׁית בָּרָא אֱלֹהִים'],
    ['WINDOWS-874', 'windows-874', 'สวัสดีชาวโลก'],
    ['WINDOWS-1250', 'windows-1250', 'Příliš žluťoučký kůň'],
    ['WINDOWS-1250', 'windows-1250', 'Zażółć gęślą jaźń'],
    ['WINDOWS-1250', 'windows-1250', 'Příliš žluťoučký kůň úpěl ďábelské ódy'],
    ['WINDOWS-1250', 'windows-1250', 'Byl to čtvrtý z jeho dlouhých výletů a déšť padal dál na město'],
    ['WINDOWS-1252', 'windows-1252', 'Þetta er maður sem hleypur á götunni'],
    ['WINDOWS-1252', 'windows-1252', 'Mann läuft'],
    ['WINDOWS-1252', 'windows-1252', 'Où est passé le garçon ? Là-bas, près de la forêt.'],
    ['WINDOWS-1252', 'windows-1252', 'Größe und Maß; El niño está aquí – ¡olé!'],
  ])('in unmarked %s is found to be %s, and that is said', (saved, encoding, text) => {
    const decoded = decodeText(encoded(text, saved));
    expect([decoded.encoding, decoded.text]).toEqual([encoding, text]);
    expect(decoded.assumed).toContain(encoding);
  });

  it('in an old encoding that an XML document names is read so', () => {
    const text = '<?xml version="1.0" encoding="ISO-8859-2"?><a>ąć</a>';
    expect(decodeText(encoded(text, 'ISO-8859-2'))).toEqual({ text, encoding: 'iso-8859-2' });
  });

  it('whose UTF-8 was encoded once more is put right, and that is said', () => {
    const text = 'Mann läuft – über die Straße';
    const twice = Buffer.from(new TextDecoder('windows-1252').decode(Buffer.from(text)));
    expect(decodeText(twice)).toMatchObject({ text, assumed: expect.stringContaining('twice') as string });
    expect(decodeText(twice, 'utf-8').text).toContain('lÃ¤uft');
  });

  it.each(['a price of Â£5', 'ÂÂ', 'SÃO PAULO', 'L’Île – où ? à côté'])(
    'that only looks so stays as it is: %s',
    (text) => {
      expect(decodeText(Buffer.from(text))).toEqual({ text, encoding: 'utf-8' });
    },
  );

  it('in UTF-8 with some bytes that are none is UTF-8, and that is said', () => {
    const whole = Buffer.from('Mann läuft über die Straße, fünf Hunde');
    const bytes = Buffer.concat([whole, Buffer.of(0xff), whole.subarray(0, -30), Buffer.of(0xe4, 0xb8)]);
    const decoded = decodeText(bytes);
    expect([decoded.encoding, decoded.damaged]).toEqual(['utf-8', true]);
    expect(decoded.text).toContain('Mann läuft über die Straße');
    expect(suppositions(decoded)).toEqual([expect.stringContaining('not all of the file is text')]);
  });

  it('can be read in an encoding that a person chose', () => {
    expect(decodeText(encoded('привет', 'KOI8-R'), 'koi8-r')).toEqual({ text: 'привет', encoding: 'koi8-r' });
    expect(() => decodeText(Buffer.from('x'), 'klingon')).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
  });

  it('of any bytes at all is text', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.option(fc.constantFrom(...offeredEncodings)),
        (bytes, asked) => {
          expect(typeof decodeText(bytes, asked ?? undefined).text).toBe('string');
        },
      ),
    );
  });
});
