// Findings about certificates, for people and as data.

import { plainText } from '@nv2/base';
import { type ChainPurpose, formatName } from '@nv2/pki';
import type { CommandResult, Report } from '../command.ts';
import type { LintedFile } from '../lint-certificates.ts';
import { countText } from './words.ts';

export function describeLint(files: readonly LintedFile[], purpose: ChainPurpose): CommandResult {
  const isClean = files.every((file) => countFindings(file) === 0);
  const advice = [...new Set(files.flatMap((file) => file.advice))];
  return {
    conclusion: isClean ? 'done' : 'policy-not-met',
    report: { purpose, valid: isClean, files: files.map(reportFile) },
    result: [],
    text: [...files.flatMap(fileLines), ...advice.map((line) => `next: ${line}`)],
  };
}

function countFindings({ findings, unreadable }: LintedFile): number {
  return findings.length + (unreadable === undefined ? 0 : 1);
}

function fileLines(linted: LintedFile): readonly string[] {
  const { file, findings, unreadable } = linted;
  const count = countFindings(linted);
  return [
    `nv2: ${file}: ${count === 0 ? 'done, no findings' : countText(count, 'finding')}`,
    ...(unreadable === undefined ? [] : [`  ${unreadable.reason} (CERT-23)`]),
    ...findings.map(({ certificate, reason, rule }) => `  ${placeOf(linted, certificate)}: ${reason} (${rule})`),
    ...remarks(linted).map((line) => `  ${line}`),
  ];
}

function placeOf({ certificates }: LintedFile, index: number): string {
  return `certificate ${index + 1}, ${nameOf(certificates[index])}`;
}

function nameOf(certificate: LintedFile['certificates'][number] | undefined): string {
  return certificate === undefined ? '' : plainText(formatName(certificate.subject), 512);
}

function remarks({ certificates, isPartial, role }: LintedFile): readonly string[] {
  const [first] = certificates;
  return [
    ...(role === 'authority' ? ['judged as an authority; --role leaf judges it as a certificate to sign with'] : []),
    ...(isPartial && first !== undefined
      ? [`its issuer ${plainText(formatName(first.issuer), 512)} is not in the file; signing takes the whole chain`]
      : []),
  ];
}

function reportFile(linted: LintedFile): Report {
  const { file, certificates, role, isPartial, findings, unreadable, advice } = linted;
  const unreadableFinding = unreadable === undefined ? [] : [{ rule: 'CERT-23', reason: unreadable.reason }];
  return {
    file,
    valid: countFindings(linted) === 0,
    role,
    complete: !isPartial && unreadable === undefined,
    certificates: certificates.map((certificate) => ({
      subject: nameOf(certificate),
      fingerprint: `sha256:${certificate.fingerprint}`,
    })),
    findings: [
      ...unreadableFinding,
      ...findings.map(({ certificate, rule, reason }) => ({ certificate: certificate + 1, rule, reason })),
    ],
    next: advice,
  };
}
