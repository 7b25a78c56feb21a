"""Runs a command on a pseudo-terminal, types answers, and prints what the terminal was sent as JSON.

Usage: terminal-host.py ROWS COLUMNS 'pattern=answer' ... -- command args...

Each answer is typed once, after its pattern has come by; \\r is Enter, \\x03 is Ctrl-C, \\x04 the end of input.
"""
import fcntl, json, os, pty, select, struct, sys, termios, time

split = sys.argv.index('--')
rows, columns = int(sys.argv[1]), int(sys.argv[2])
answers = [pair.split('=', 1) for pair in sys.argv[3:split]]
pid, terminal = pty.fork()
if pid == 0:
    # The size is there before the command looks.
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
    os.execvp(sys.argv[split + 1], sys.argv[split + 1:])
data = b''
end = time.time() + 50
seen = 0
while time.time() < end:
    ready, _, _ = select.select([terminal], [], [], 0.2)
    if not ready:
        continue
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    data += chunk
    if answers:
        at = data.find(answers[0][0].encode(), seen)
        if at >= 0:
            seen = at + len(answers[0][0])
            os.write(terminal, answers.pop(0)[1].encode().decode('unicode_escape').encode())
_, status = os.waitpid(pid, 0)
print(json.dumps({'code': os.waitstatus_to_exitcode(status), 'data': data.decode('utf8', 'replace')}))
