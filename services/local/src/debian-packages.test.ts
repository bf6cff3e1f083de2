import { expect, it } from 'vitest';
import { packagesToInstall } from './debian-packages.ts';

it('takes what apt would install or upgrade, but never the C library', () => {
  const plan = `Reading package lists...
The following NEW packages will be installed:
  libjemalloc2 redis-server
Inst libc6 [2.36-9+deb12u4] (2.36-9+deb12u13 Debian:12/stable [amd64]) []
Inst libc-bin [2.36-9] (2.36-9+deb12u13 Debian:12/stable [amd64])
Inst libc6:i386 (2.36-9+deb12u13 Debian:12/stable [i386])
Inst libcap2 (1:2.66-4 Debian:12/stable [amd64])
Inst zlib1g:i386 (1:1.2.13 Debian:12/stable [i386])
Inst redis-server (5:7.0.15-1~deb12u10 Debian-Security:12 [amd64])
Conf redis-server (5:7.0.15-1~deb12u10 Debian-Security:12 [amd64])
`;
  expect(packagesToInstall(plan)).toEqual(['libcap2', 'zlib1g:i386', 'redis-server']);
});
