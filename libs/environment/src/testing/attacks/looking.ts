import type { Attack } from './attack.ts';

const opensSocket = (family: number, kind: string): string =>
  `try:\n    socket.socket(${family}, ${kind}).close(); breach(True)\nexcept OSError: breach(False)`;

/** Programs that look for what is not theirs to see. */
export const LOOKING: readonly Attack[] = [
  { title: 'reads a file of the host by its path', program: 'breach(opens("SECRET", os.O_RDONLY))' },
  { title: 'searches the disk for answers', program: 'breach(any("test_answer.csv" in names for _, _, names in os.walk("/")))' },
  { title: 'reads the password file', program: 'breach(opens("/etc/shadow", os.O_RDONLY))' },
  {
    title: "reads its parent's environment",
    program: 'breach("HOST_SECRET" in os.environ or any(opens(f"/proc/{who}/environ", os.O_RDONLY) for who in (1, os.getppid())))',
  },
  {
    title: 'reaches a server of the host over loopback',
    program: 'try:\n    socket.create_connection(("127.0.0.1", PORT), timeout=1).close(); breach(True)\nexcept OSError: breach(False)',
  },
  {
    title: 'reaches the network',
    program:
      'try:\n    socket.create_connection(("192.0.2.1", 80), timeout=0.3).close(); breach(True)\nexcept OSError as error: breach(error.errno not in (errno.ENETUNREACH, errno.EPERM, errno.EACCES))',
  },
  { title: 'opens a vsock socket', program: opensSocket(40, 'socket.SOCK_STREAM') },
  { title: 'opens a netlink socket', program: opensSocket(16, 'socket.SOCK_RAW') },
  { title: 'opens a packet socket', program: opensSocket(17, 'socket.SOCK_RAW') },
  { title: 'opens a kernel crypto socket', program: opensSocket(38, 'socket.SOCK_SEQPACKET') },
  { title: 'counts the processes of the host', program: 'breach(sum(1 for name in os.listdir("/proc") if name.isdigit()) > 2)' },
  {
    title: 'looks into process 1',
    program: 'breach([name for name in ("mem", "maps", "environ", "fd/0", "cwd", "root/usr") if opens(f"/proc/1/{name}", os.O_RDONLY)])',
  },
  {
    title: 'uses descriptors that somebody left open',
    program:
      'found = []\nfor number in range(3, 5000):\n    try: found.append(os.readlink(f"/proc/self/fd/{number}"))\n    except OSError: pass\nbreach([path for path in found if not path.startswith("/input/attack.py")])',
  },
];
