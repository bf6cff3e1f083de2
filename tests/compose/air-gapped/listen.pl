# Writes down whom a container turns to: a line for each thing that leaves it, when it is seen for the first time.
#
#   query NAME of ADDRESS        a name that is looked up
#   connect ADDRESS PORT         a connection that is begun (TCP)
#   datagram ADDRESS PORT        UDP that is no look-up
#   arp ADDRESS                  a neighbour who is searched for
#   packet PROTOCOL ADDRESS      anything else
#
# Stands in the container's own network namespace, where also what Docker's resolver is asked passes by, and what nobody
# will answer. Perl, since Node opens no raw sockets, and every Debian has it.
use strict;
use warnings;
use Socket qw(inet_ntoa inet_ntop AF_INET6);

my ($name) = @ARGV;
$| = 1;

# AF_PACKET, SOCK_RAW, all protocols in network order.
socket(my $packets, 17, 3, unpack('S', pack('n', 3))) or die "no raw socket: $!";
my $OUTGOING = 4;
my $RESOLVER = '127.0.0.11';

open(my $ready, '>', "/listening/$name") or die "cannot say that I listen: $!";
close($ready);
print "listening\n";

my %seen;
while (defined(my $from = recv($packets, my $frame, 65_535, 0))) {
  my (undef, undef, undef, undef, $direction) = unpack('S n i S C', $from);
  next unless $direction == $OUTGOING;
  my $line = describe($frame);
  print "$line\n" if defined($line) && !$seen{$line}++;
}
die "the socket has ended: $!";

sub describe {
  my ($frame) = @_;
  my $kind = unpack('x12 n', $frame);
  if ($kind == 0x0806) {
    my ($operation, $target) = unpack('x20 n x16 a4', $frame);
    return $operation == 1 ? 'arp ' . inet_ntoa($target) : undef;
  }
  if ($kind == 0x0800) {
    my ($length, $protocol, $source, $target) = unpack('x14 C x8 C x2 a4 a4', $frame);
    return transport($protocol, inet_ntoa($source), inet_ntoa($target), substr($frame, 14 + ($length & 15) * 4));
  }
  if ($kind == 0x86dd) {
    my ($protocol, $source, $target) = unpack('x20 C x a16 a16', $frame);
    return transport($protocol, inet_ntop(AF_INET6, $source), inet_ntop(AF_INET6, $target), substr($frame, 54));
  }
  return sprintf('packet ethernet-%04x -', $kind);
}

sub transport {
  my ($protocol, $source, $target, $data) = @_;
  if ($protocol == 6) {
    my ($port, $flags) = unpack('x2 n x9 C', $data);
    # SYN without ACK: who answers begins nothing.
    return ($flags & 0x12) == 0x02 ? "connect $target $port" : undef;
  }
  if ($protocol == 17) {
    # What Docker's resolver answers.
    return undef if $source eq $RESOLVER;
    my ($port) = unpack('x2 n', $data);
    # Its port is another one than 53: the packet has been turned towards it already.
    return "query " . question(substr($data, 8)) . " of $target" if $target eq $RESOLVER || $port == 53;
    return "datagram $target $port";
  }
  return "packet $protocol $target";
}

sub question {
  my ($message) = @_;
  my ($at, @labels) = (12);
  while ($at < length($message) && (my $length = ord(substr($message, $at, 1))) > 0) {
    push @labels, substr($message, $at + 1, $length);
    $at += 1 + $length;
  }
  my $text = lc(join('.', @labels));
  $text =~ s/[^a-z0-9._-]/?/g;
  return $text eq '' ? '.' : $text;
}
