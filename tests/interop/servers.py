"""servers.py - real servers for one test, on loopback, with the test's own configuration and folder.

Only where INTEROP=servers or CI says so (make deps-servers installs them); ended by their own process.
"""
import os
import pwd
import random
import socket
import subprocess
import time
import unittest

from house import MUST, find, need


def wanted(*programs):
    if not MUST:
        raise unittest.SkipTest("real servers only with INTEROP=servers or in CI")
    need(*programs)


def wanted_as_root(*programs):
    wanted(*programs)
    if os.getuid() != 0:
        raise unittest.SkipTest("%s has to be begun by root" % programs[0])


# Where tests/interop/unpack-servers.sh puts those of which only one can be installed.
BESIDE = os.environ.get("MAILFLOW_SERVERS", "/opt/mailflow-servers")


# Below those that the system gives to whoever calls.
_ports = iter(random.Random(os.getpid()).sample(range(27100, 32700), 1000))


def free_port():
    """Free for TCP and UDP; nobody is given it twice."""
    while True:
        port = next(_ports)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("127.0.0.1", port))
                udp.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Server:
    """A process in the foreground, until close()."""

    def __init__(self, case, port, *command, end=None):
        self.log = open(case.path("server.log"), "ab")
        self.end = end
        self.process = subprocess.Popen([find(command[0]) or command[0], *map(str, command[1:])],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        start_new_session=True, cwd=case.folder)
        case.addCleanup(self.close)
        if not self.answers(port):
            case.fail("%s does not answer: %s" % (command[0], case.read(case.path("server.log"))[-2000:]))

    def answers(self, port):
        for _ in range(100):
            if self.process.poll() is not None:
                return False
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return True
            except OSError:
                time.sleep(0.1)
        return False

    def close(self):
        if self.end and self.process.poll() is None:
            subprocess.run(self.end, capture_output=True)
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def certificate(case, name):
    """A certificate that nobody vouches for, and its key."""
    wanted("openssl")
    cert, key = case.path("cert.pem"), case.path("key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:" + name,
                    "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


# ---- Postfix

def smtp_sink(case, *options):
    wanted("smtp-sink")
    port = free_port()
    os.mkdir(case.path("sink"))
    user = ["-u", pwd.getpwuid(os.getuid()).pw_name] if os.getuid() == 0 else []
    Server(case, port, "smtp-sink", *user, *options, "-d", "sink/letter.", "127.0.0.1:%d" % port, "16")
    return port


POSTFIX_MAIN = """compatibility_level = 3.6
queue_directory = %(top)s/queue
data_directory = %(top)s/data
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.net
mydestination =
virtual_mailbox_domains = example.net
virtual_mailbox_base = %(top)s/boxes
virtual_mailbox_maps = inline:{{bob@example.net=bob/}}
virtual_uid_maps = static:%(uid)d
virtual_gid_maps = static:%(gid)d
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.2/32
smtpd_recipient_restrictions = %(who)s, reject_unauth_destination
smtpd_sasl_auth_enable = %(auth)s
smtpd_sasl_type = dovecot
smtpd_sasl_path = %(top)s/auth
smtpd_tls_security_level = %(level)s
smtpd_tls_cert_file = %(cert)s
smtpd_tls_key_file = %(key)s
smtpd_tls_received_header = yes
smtpd_peername_lookup = no
maillog_file_prefixes = %(top)s
maillog_file = %(top)s/postfix.log
"""
POSTFIX_MASTER = """127.0.0.1:%(port)d inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
"""


DOVECOT_AUTH = """protocols =
base_dir = %(top)s/run
log_path = %(top)s/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 scram-sha-256
passdb {
  driver = passwd-file
  args = scheme=PLAIN %(top)s/users
}
userdb {
  driver = static
  args = uid=%(uid)d gid=%(gid)d home=%(top)s
}
service auth {
  unix_listener %(top)s/auth {
    mode = 0666
  }
  inet_listener here {
    address = 127.0.0.1
    port = %(port)d
  }
}
service stats {
  chroot =
}
service anvil {
  chroot =
}
"""


def dovecot_auth(case, top):
    """Knows alice's password, and tells Postfix."""
    wanted_as_root("dovecot")
    nobody = pwd.getpwnam("nobody")
    case.write("postfix/users", "alice:{PLAIN}wonderland\n", 0o644)
    values = {"top": top, "uid": nobody.pw_uid, "gid": nobody.pw_gid, "port": free_port()}
    Server(case, values["port"], "dovecot", "-F", "-c", case.write("dovecot.conf", DOVECOT_AUTH % values))


def postfix(case, tls, submission=False):
    """Takes mail for bob@example.net, as a submission server only from alice; gives port and Maildir."""
    wanted_as_root("postfix")
    top = case.path("postfix")
    os.mkdir(top)
    nobody = pwd.getpwnam("nobody")
    cert, key = certificate(case, "mail.example.net")
    values = {"top": top, "port": free_port(), "uid": nobody.pw_uid, "gid": nobody.pw_gid, "cert": cert, "key": key,
              "level": "may" if tls else "none", "auth": "yes" if submission else "no",
              "who": "permit_sasl_authenticated, reject" if submission else "permit_mynetworks"}
    for name, text in ("main.cf", POSTFIX_MAIN), ("master.cf", POSTFIX_MASTER):
        with open(os.path.join(top, name), "w") as f:
            f.write(text % values)
    os.chmod(case.folder, 0o755)
    for name, owner in ("queue", 0), ("data", pwd.getpwnam("postfix").pw_uid), ("boxes", nobody.pw_uid):
        os.mkdir(os.path.join(top, name))
        os.chown(os.path.join(top, name), owner, -1)
    subprocess.run([find("postfix"), "-c", top, "check"], check=True, capture_output=True)
    if submission:
        dovecot_auth(case, top)
    Server(case, values["port"], "/usr/lib/postfix/sbin/master", "-c", top, "-d")
    return values["port"], os.path.join(top, "boxes", "bob")


# ---- Exim

EXIM = """primary_hostname = mail.example.net
exim_path = %(exim)s
daemon_smtp_ports = %(port)d
local_interfaces = 127.0.0.1
spool_directory = %(top)s/spool
log_file_path = %(top)s/%%slog
pid_file_path = %(top)s/exim.pid
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts =
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
acl_smtp_connect = connect
acl_smtp_rcpt = rcpt
begin acl
connect:
  accept delay = 1s
rcpt:
  deny local_parts = nobody
       message = nobody of that name is here;\\nask postmaster who it may be
  accept domains = example.net
         hosts = 127.0.0.1
         condition = %(open)s
  require message = relay not permitted
          authenticated = *
  accept
begin routers
bob:
  driver = accept
  local_parts = bob
  transport = box
others:
  driver = redirect
  data = :blackhole:
begin transports
box:
  driver = appendfile
  directory = %(top)s/boxes/bob
  maildir_format
  create_directory
  user = Debian-exim
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{alice}}{eq{$auth3}{wonderland}}}}
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${if eq{$auth1}{alice}{wonderland}fail}
"""


def exim(case, submission=False):
    """Takes mail for example.net; as a submission server only from alice.  Gives port and Maildir."""
    program = os.path.join(BESIDE, "exim4-daemon-light", "usr", "sbin", "exim4")
    wanted_as_root(program)
    top = case.path("exim")
    values = {"top": top, "port": free_port(), "exim": program, "open": "no" if submission else "yes"}
    owner = pwd.getpwnam("Debian-exim")  # root's rights are gone where -C names a file (its chapter 55)
    for name in "", "spool", "boxes":
        os.mkdir(os.path.join(top, name))
        os.chown(os.path.join(top, name), owner.pw_uid, owner.pw_gid)
    os.chmod(case.folder, 0o755)
    conf = case.write("exim.conf", EXIM % values, 0o644)
    Server(case, values["port"], program, "-C", conf, "-bdf")
    return values["port"], os.path.join(top, "boxes", "bob")


# ---- OpenSMTPD

OPENSMTPD = """listen on 127.0.0.1 port %(port)d hostname mail.example.net
table users { "bob" = "nobody" }
action "box" mda "/bin/cat > %(box)s/$$" virtual <users>
match from any for domain "example.net" action "box"
match from any for any reject
"""


def opensmtpd(case):
    """Takes mail for bob@example.net; gives the port and a folder with a file for each letter.  Its spool
    is built into it, so there may be only one at a time."""
    program = os.path.join(BESIDE, "opensmtpd", "usr", "sbin", "smtpd")
    wanted_as_root(program)
    box = case.path("box")
    os.mkdir(box)
    os.chown(box, pwd.getpwnam("nobody").pw_uid, -1)
    os.chmod(case.folder, 0o755)
    port = free_port()
    conf = case.write("smtpd.conf", OPENSMTPD % {"port": port, "box": box}, 0o644)
    Server(case, port, program, "-d", "-f", conf)
    return port, box


# ---- Dovecot

DOVECOT = """protocols = imap pop3
listen = 127.0.0.1
base_dir = %(top)s/run
log_path = %(top)s/dovecot.log
ssl = %(ssl)s
ssl_cert = <%(cert)s
ssl_key = <%(key)s
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:%(top)s/Mail
passdb {
  driver = static
  args = password=builder
}
userdb {
  driver = static
  args = uid=%(uid)d gid=%(gid)d home=%(top)s
}
service imap-login {
  chroot =
  inet_listener imap {
    port = %(imap)d
  }
  inet_listener imaps {
    port = %(imaps)d
  }
}
service pop3-login {
  chroot =
  inet_listener pop3 {
    port = %(pop3)d
  }
  inet_listener pop3s {
    port = %(pop3s)d
  }
}
service stats {
  chroot =
}
service anvil {
  chroot =
}
"""


def dovecot(case, letters, tls, more=""):
    """Bob's Maildir with these letters in it, oldest first; gives the ports and the Maildir.  more: lines of
    its configuration."""
    wanted_as_root("dovecot")
    top = case.path("dovecot")
    box = os.path.join(top, "Mail")
    nobody = pwd.getpwnam("nobody")
    cert, key = certificate(case, "mail.example.net")
    for sub in "cur", "new", "tmp":
        os.makedirs(os.path.join(box, sub))
    for i, octets in enumerate(letters):
        with open(os.path.join(box, "new", "%d.M%dP1.laptop" % (1700000000 + i, i)), "wb") as f:
            f.write(octets)
    for folder, folders, files in os.walk(top):
        for name in [folder] + [os.path.join(folder, n) for n in folders + files]:
            os.chown(name, nobody.pw_uid, nobody.pw_gid)
    os.chmod(case.folder, 0o755)
    ports = {name: free_port() for name in ("imap", "imaps", "pop3", "pop3s")}
    conf = case.write("dovecot.conf", DOVECOT % {"top": top, "ssl": "yes" if tls else "no", "cert": cert, "key": key,
                                                "uid": nobody.pw_uid, "gid": nobody.pw_gid, **ports} + more)
    Server(case, ports["imap"], "dovecot", "-F", "-c", conf)
    return ports, box


# ---- NSD

def nsd(case, zone):
    """Serves these lines as the root and all below it; gives the port."""
    wanted("nsd")
    port = free_port()
    case.write("root.zone", zone, 0o644)
    case.write("nsd.conf", """server:
  ip-address: 127.0.0.1@%d
  username: ""
  chroot: ""
  zonesdir: "%s"
  database: ""
  pidfile: "%s"
  xfrdfile: "%s"
  zonelistfile: "%s"
  server-count: 1
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "root.zone"
""" % (port, case.folder, case.path("nsd.pid"), case.path("xfrd"), case.path("zones")))
    Server(case, port, "nsd", "-d", "-c", case.path("nsd.conf"))
    return port
