// What Lambda starts. The function brings its own libc and loader, so that it runs the same on any
// Linux; a program can't name a loader relative to itself, so this tiny static one finds it.
// Without a libc: system calls are made by hand (x86-64).

enum { SYS_write = 1, SYS_execve = 59, SYS_exit = 60, SYS_readlink = 89 };

static long Call(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c)
                   : "rcx", "r11", "memory");
  return result;
}

enum { kMostBytes = 4096 };

static char root[kMostBytes];
static char loader[kMostBytes + 64], libraries[kMostBytes + 64], program[kMostBytes + 64];

static long Length(const char* text) {
  long length = 0;
  while (text[length]) ++length;
  return length;
}

// The value of `NAME=value`, or nothing.
static const char* Find(char** environment, const char* name) {
  for (; *environment; ++environment) {
    long i = 0;
    while (name[i] && (*environment)[i] == name[i]) ++i;
    if (!name[i] && (*environment)[i] == '=') return *environment + i + 1;
  }
  return 0;
}

static void Join(char* into, const char* folder, const char* rest) {
  while (*folder) *into++ = *folder++;
  do {
    *into++ = *rest;
  } while (*rest++);
}

// The folder of this program: as the kernel says, else (without /proc) as Lambda says.
static int FindRoot(char** environment) {
  long length = Call(SYS_readlink, (long)"/proc/self/exe", (long)root, kMostBytes - 1);
  while (length > 0 && root[length - 1] != '/') --length;
  if (length > 0) {
    root[length - 1] = 0;
    return 1;
  }
  const char* given = Find(environment, "LAMBDA_TASK_ROOT");
  if (!given || Length(given) >= kMostBytes) return 0;
  Join(root, given, "");
  return 1;
}

static void Say(const char* text) { Call(SYS_write, 2, (long)text, Length(text)); }

__attribute__((used)) static void Start(long* stack) {
  char** environment = (char**)(stack + 1 + stack[0] + 1);
  if (FindRoot(environment)) {
    Join(loader, root, "/lib/ld-linux-x86-64.so.2");
    Join(libraries, root, "/lib");
    Join(program, root, "/bin/tidb-lambda");
    // The host's cache would lead to libraries of another libc.
    char* arguments[] = {loader, "--inhibit-cache", "--library-path", libraries, program, 0};
    Call(SYS_execve, (long)loader, (long)arguments, (long)environment);
    Say("can't execute ");
    Say(loader);
    Say("\n");
  } else {
    Say("LAMBDA_TASK_ROOT is not set and /proc is not there\n");
  }
  Call(SYS_exit, 127, 0, 0);
}

__asm__(
    ".globl _start\n"
    "_start:\n"
    "  mov %rsp, %rdi\n"
    "  and $-16, %rsp\n"
    "  call Start\n");
