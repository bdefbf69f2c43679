#!/usr/bin/rrdcgi
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<RRD::GOODFOR 60>
<!DOCTYPE html>
<!-- For rrdcgi(1): fireplot's picture above rrdtool's graphs of the same day. The archive is /var/lib/fireplot, graphs are kept in
     /var/cache/fireplot, which the web server shows as /fireplot-graphs; names of ports are those of the default layout. Times are in
     the web server's zone. Time in which nobody listened is grey. Packets are exact where no row of the graph is known in part. -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rejected packets</title>
<style>
	body { background: #000; color: #909090; font: 13px sans-serif; margin: 8px auto; max-width: 1532px; }
	img { display: block; width: 100%; height: auto; }
	.graphs { display: grid; grid-template-columns: repeat(auto-fit, minmax(500px, 1fr)); gap: 16px; margin: 16px 0; align-items: start; }
</style>
</head>
<body>
<img src="picture.cgi" width="1512" height="620" alt="Rejected packets of the last day by time and destination port">
<div class="graphs">
<RRD::GRAPH /var/cache/fireplot/protocols.png -t 'Rejected packets by protocol' -v 'packets a second'
	-s end-1d -x HOUR:1:HOUR:3:HOUR:3:0:%H:%M -w 670 -h 150 -l 0 -X 0 --lazy --border 0
	--disable-rrdtool-tag -n TITLE:11 -n DEFAULT:8
	-c BACK#000000 -c CANVAS#000000 -c FONT#d0d0d0 -c AXIS#909090 -c ARROW#909090 -c FRAME#909090 -c GRID#282828 -c MGRID#484848
	--imginfo '<img src="/fireplot-graphs/%s" width="%lu" height="%lu" alt="Rejected packets by protocol">'
	DEF:known=/var/lib/fireplot/totals.rrd:known:AVERAGE CDEF:gap=known,1,LT,INF,UNKN,IF AREA:gap#383838
	DEF:tcp4_probe=/var/lib/fireplot/totals.rrd:tcp4_probe:AVERAGE
	DEF:tcp4_backscatter=/var/lib/fireplot/totals.rrd:tcp4_backscatter:AVERAGE
	DEF:tcp4_late=/var/lib/fireplot/totals.rrd:tcp4_late:AVERAGE
	DEF:udp4_probe=/var/lib/fireplot/totals.rrd:udp4_probe:AVERAGE
	DEF:tcp6_probe=/var/lib/fireplot/totals.rrd:tcp6_probe:AVERAGE
	DEF:tcp6_backscatter=/var/lib/fireplot/totals.rrd:tcp6_backscatter:AVERAGE
	DEF:tcp6_late=/var/lib/fireplot/totals.rrd:tcp6_late:AVERAGE
	DEF:udp6_probe=/var/lib/fireplot/totals.rrd:udp6_probe:AVERAGE
	DEF:icmp4_probe=/var/lib/fireplot/totals.rrd:icmp4_probe:AVERAGE
	DEF:icmp4_backscatter=/var/lib/fireplot/totals.rrd:icmp4_backscatter:AVERAGE
	DEF:icmp6_probe=/var/lib/fireplot/totals.rrd:icmp6_probe:AVERAGE
	DEF:icmp6_backscatter=/var/lib/fireplot/totals.rrd:icmp6_backscatter:AVERAGE
	DEF:other4_probe=/var/lib/fireplot/totals.rrd:other4_probe:AVERAGE
	DEF:other6_probe=/var/lib/fireplot/totals.rrd:other6_probe:AVERAGE
	CDEF:tcp4=tcp4_probe,tcp4_backscatter,tcp4_late,+,+ CDEF:tcp6=tcp6_probe,tcp6_backscatter,tcp6_late,+,+
	CDEF:udp4=udp4_probe CDEF:udp6=udp6_probe
	CDEF:icmp=icmp4_probe,icmp4_backscatter,icmp6_probe,icmp6_backscatter,+,+,+ CDEF:other=other4_probe,other6_probe,+
	COMMENT:'                packets     average     maximum\l'
	CDEF:tcp4_exact=tcp4,known,* VDEF:tcp4_sum=tcp4_exact,TOTAL
	AREA:tcp4#00d000:'TCP/IPv4':STACK GPRINT:tcp4_sum:'%13.0lf' GPRINT:tcp4:AVERAGE:'%9.3lf/s' GPRINT:tcp4:MAX:'%9.3lf/s\l'
	CDEF:udp4_exact=udp4,known,* VDEF:udp4_sum=udp4_exact,TOTAL
	AREA:udp4#b0b0ff:'UDP/IPv4':STACK GPRINT:udp4_sum:'%13.0lf' GPRINT:udp4:AVERAGE:'%9.3lf/s' GPRINT:udp4:MAX:'%9.3lf/s\l'
	CDEF:tcp6_exact=tcp6,known,* VDEF:tcp6_sum=tcp6_exact,TOTAL
	AREA:tcp6#ff0000:'TCP/IPv6':STACK GPRINT:tcp6_sum:'%13.0lf' GPRINT:tcp6:AVERAGE:'%9.3lf/s' GPRINT:tcp6:MAX:'%9.3lf/s\l'
	CDEF:udp6_exact=udp6,known,* VDEF:udp6_sum=udp6_exact,TOTAL
	AREA:udp6#ffffff:'UDP/IPv6':STACK GPRINT:udp6_sum:'%13.0lf' GPRINT:udp6:AVERAGE:'%9.3lf/s' GPRINT:udp6:MAX:'%9.3lf/s\l'
	CDEF:icmp_exact=icmp,known,* VDEF:icmp_sum=icmp_exact,TOTAL
	AREA:icmp#ffb000:'ICMP    ':STACK GPRINT:icmp_sum:'%13.0lf' GPRINT:icmp:AVERAGE:'%9.3lf/s' GPRINT:icmp:MAX:'%9.3lf/s\l'
	CDEF:other_exact=other,known,* VDEF:other_sum=other_exact,TOTAL
	AREA:other#00a0a0:'other   ':STACK GPRINT:other_sum:'%13.0lf' GPRINT:other:AVERAGE:'%9.3lf/s' GPRINT:other:MAX:'%9.3lf/s\l'>

<RRD::GRAPH /var/cache/fireplot/services.png -t 'Probes of well-known services' -v 'packets a second'
	-s end-1d -x HOUR:1:HOUR:3:HOUR:3:0:%H:%M -w 670 -h 150 -l 0 -X 0 --lazy --border 0
	--disable-rrdtool-tag -n TITLE:11 -n DEFAULT:8
	-c BACK#000000 -c CANVAS#000000 -c FONT#d0d0d0 -c AXIS#909090 -c ARROW#909090 -c FRAME#909090 -c GRID#282828 -c MGRID#484848
	--imginfo '<img src="/fireplot-graphs/%s" width="%lu" height="%lu" alt="Probes of well-known services">'
	DEF:known=/var/lib/fireplot/totals.rrd:known:AVERAGE CDEF:gap=known,1,LT,INF,UNKN,IF AREA:gap#383838
	DEF:a22=/var/lib/fireplot/tcp4/0-63.rrd:p22:AVERAGE DEF:b22=/var/lib/fireplot/tcp6/0-63.rrd:p22:AVERAGE CDEF:s22=a22,b22,+
	DEF:a23=/var/lib/fireplot/tcp4/0-63.rrd:p23:AVERAGE DEF:b23=/var/lib/fireplot/tcp6/0-63.rrd:p23:AVERAGE CDEF:s23=a23,b23,+
	DEF:a80=/var/lib/fireplot/tcp4/64-127.rrd:p80:AVERAGE DEF:b80=/var/lib/fireplot/tcp6/64-127.rrd:p80:AVERAGE CDEF:s80=a80,b80,+
	DEF:a443=/var/lib/fireplot/tcp4/384-447.rrd:p443:AVERAGE DEF:b443=/var/lib/fireplot/tcp6/384-447.rrd:p443:AVERAGE CDEF:s443=a443,b443,+
	DEF:a445=/var/lib/fireplot/tcp4/384-447.rrd:p445:AVERAGE DEF:b445=/var/lib/fireplot/tcp6/384-447.rrd:p445:AVERAGE CDEF:s445=a445,b445,+
	DEF:a53=/var/lib/fireplot/udp4/0-63.rrd:p53:AVERAGE DEF:b53=/var/lib/fireplot/udp6/0-63.rrd:p53:AVERAGE CDEF:s53=a53,b53,+
	COMMENT:'                  packets     average     maximum\l'
	CDEF:s23_exact=s23,known,* VDEF:s23_sum=s23_exact,TOTAL
	LINE1:s23#e69f00:'23 telnet ' GPRINT:s23_sum:'%13.0lf' GPRINT:s23:AVERAGE:'%9.3lf/s' GPRINT:s23:MAX:'%9.3lf/s\l'
	CDEF:s445_exact=s445,known,* VDEF:s445_sum=s445_exact,TOTAL
	LINE1:s445#56b4e9:'445 smb   ' GPRINT:s445_sum:'%13.0lf' GPRINT:s445:AVERAGE:'%9.3lf/s' GPRINT:s445:MAX:'%9.3lf/s\l'
	CDEF:s22_exact=s22,known,* VDEF:s22_sum=s22_exact,TOTAL
	LINE1:s22#009e73:'22 ssh    ' GPRINT:s22_sum:'%13.0lf' GPRINT:s22:AVERAGE:'%9.3lf/s' GPRINT:s22:MAX:'%9.3lf/s\l'
	CDEF:s80_exact=s80,known,* VDEF:s80_sum=s80_exact,TOTAL
	LINE1:s80#f0e442:'80 http   ' GPRINT:s80_sum:'%13.0lf' GPRINT:s80:AVERAGE:'%9.3lf/s' GPRINT:s80:MAX:'%9.3lf/s\l'
	CDEF:s443_exact=s443,known,* VDEF:s443_sum=s443_exact,TOTAL
	LINE1:s443#cc79a7:'443 https ' GPRINT:s443_sum:'%13.0lf' GPRINT:s443:AVERAGE:'%9.3lf/s' GPRINT:s443:MAX:'%9.3lf/s\l'
	CDEF:s53_exact=s53,known,* VDEF:s53_sum=s53_exact,TOTAL
	LINE1:s53#ffffff:'53 dns    ' GPRINT:s53_sum:'%13.0lf' GPRINT:s53:AVERAGE:'%9.3lf/s' GPRINT:s53:MAX:'%9.3lf/s\l'>

<RRD::GRAPH /var/cache/fireplot/backscatter.png -t 'Share of backscatter' -v '%'
	-s end-1d -x HOUR:1:HOUR:3:HOUR:3:0:%H:%M -w 670 -h 150 -l 0 -u 100 -r -X 0 --lazy --border 0
	--disable-rrdtool-tag -n TITLE:11 -n DEFAULT:8
	-c BACK#000000 -c CANVAS#000000 -c FONT#d0d0d0 -c AXIS#909090 -c ARROW#909090 -c FRAME#909090 -c GRID#282828 -c MGRID#484848
	--imginfo '<img src="/fireplot-graphs/%s" width="%lu" height="%lu" alt="Share of backscatter">'
	DEF:known=/var/lib/fireplot/totals.rrd:known:AVERAGE CDEF:gap=known,1,LT,INF,UNKN,IF AREA:gap#383838
	DEF:tcp4_backscatter=/var/lib/fireplot/totals.rrd:tcp4_backscatter:AVERAGE
	DEF:tcp6_backscatter=/var/lib/fireplot/totals.rrd:tcp6_backscatter:AVERAGE
	DEF:icmp4_backscatter=/var/lib/fireplot/totals.rrd:icmp4_backscatter:AVERAGE
	DEF:icmp6_backscatter=/var/lib/fireplot/totals.rrd:icmp6_backscatter:AVERAGE
	DEF:tcp4_probe=/var/lib/fireplot/totals.rrd:tcp4_probe:AVERAGE
	DEF:tcp4_late=/var/lib/fireplot/totals.rrd:tcp4_late:AVERAGE
	DEF:udp4_probe=/var/lib/fireplot/totals.rrd:udp4_probe:AVERAGE
	DEF:tcp6_probe=/var/lib/fireplot/totals.rrd:tcp6_probe:AVERAGE
	DEF:tcp6_late=/var/lib/fireplot/totals.rrd:tcp6_late:AVERAGE
	DEF:udp6_probe=/var/lib/fireplot/totals.rrd:udp6_probe:AVERAGE
	DEF:icmp4_probe=/var/lib/fireplot/totals.rrd:icmp4_probe:AVERAGE
	DEF:icmp6_probe=/var/lib/fireplot/totals.rrd:icmp6_probe:AVERAGE
	DEF:other4_probe=/var/lib/fireplot/totals.rrd:other4_probe:AVERAGE
	DEF:other6_probe=/var/lib/fireplot/totals.rrd:other6_probe:AVERAGE
	CDEF:back=tcp4_backscatter,tcp6_backscatter,icmp4_backscatter,icmp6_backscatter,+,+,+
	CDEF:asked=tcp4_probe,udp4_probe,tcp6_probe,udp6_probe,icmp4_probe,icmp6_probe,other4_probe,other6_probe,+,+,+,+,+,+,+
	CDEF:all=back,asked,tcp4_late,tcp6_late,+,+,+
	CDEF:share=all,0,GT,back,all,/,100,*,UNKN,IF
	AREA:share#b0b0ff60 LINE1:share#b0b0ff:'backscatter, % of all packets'
	CDEF:back_exact=back,known,* VDEF:back_sum=back_exact,TOTAL GPRINT:back_sum:'%13.0lf'
	CDEF:all_exact=all,known,* VDEF:all_sum=all_exact,TOTAL GPRINT:all_sum:'of %.0lf\l'>

<RRD::GRAPH /var/cache/fireplot/losses.png -t 'Packets that are in no series' -v 'packets a second'
	-s end-1d -x HOUR:1:HOUR:3:HOUR:3:0:%H:%M -w 670 -h 150 -l 0 -X 0 --lazy --border 0
	--disable-rrdtool-tag -n TITLE:11 -n DEFAULT:8
	-c BACK#000000 -c CANVAS#000000 -c FONT#d0d0d0 -c AXIS#909090 -c ARROW#909090 -c FRAME#909090 -c GRID#282828 -c MGRID#484848
	--imginfo '<img src="/fireplot-graphs/%s" width="%lu" height="%lu" alt="Packets that are in no series">'
	DEF:known=/var/lib/fireplot/totals.rrd:known:AVERAGE CDEF:gap=known,1,LT,INF,UNKN,IF AREA:gap#383838
	DEF:lost=/var/lib/fireplot/totals.rrd:lost:AVERAGE
	DEF:malformed=/var/lib/fireplot/totals.rrd:malformed:AVERAGE
	DEF:short=/var/lib/fireplot/totals.rrd:short:AVERAGE
	DEF:not_ip=/var/lib/fireplot/totals.rrd:not_ip:AVERAGE
	DEF:ignored=/var/lib/fireplot/totals.rrd:ignored:AVERAGE
	COMMENT:'                   packets     average     maximum\l'
	CDEF:lost_exact=lost,known,* VDEF:lost_sum=lost_exact,TOTAL
	AREA:lost#ff8000:'lost       ' GPRINT:lost_sum:'%13.0lf' GPRINT:lost:AVERAGE:'%9.3lf/s' GPRINT:lost:MAX:'%9.3lf/s\l'
	CDEF:malformed_exact=malformed,known,* VDEF:malformed_sum=malformed_exact,TOTAL
	LINE1:malformed#ff0000:'malformed  ' GPRINT:malformed_sum:'%13.0lf' GPRINT:malformed:AVERAGE:'%9.3lf/s' GPRINT:malformed:MAX:'%9.3lf/s\l'
	CDEF:short_exact=short,known,* VDEF:short_sum=short_exact,TOTAL
	LINE1:short#f0e442:'cut short  ' GPRINT:short_sum:'%13.0lf' GPRINT:short:AVERAGE:'%9.3lf/s' GPRINT:short:MAX:'%9.3lf/s\l'
	CDEF:not_ip_exact=not_ip,known,* VDEF:not_ip_sum=not_ip_exact,TOTAL
	LINE1:not_ip#56b4e9:'not IP     ' GPRINT:not_ip_sum:'%13.0lf' GPRINT:not_ip:AVERAGE:'%9.3lf/s' GPRINT:not_ip:MAX:'%9.3lf/s\l'
	CDEF:ignored_exact=ignored,known,* VDEF:ignored_sum=ignored_exact,TOTAL
	LINE1:ignored#909090:'ignored    ' GPRINT:ignored_sum:'%13.0lf' GPRINT:ignored:AVERAGE:'%9.3lf/s' GPRINT:ignored:MAX:'%9.3lf/s\l'>

<RRD::GRAPH /var/cache/fireplot/sources.png -t 'Sources of rejected packets' -v 'addresses'
	-s end-1d -x HOUR:1:HOUR:3:HOUR:3:0:%H:%M -w 670 -h 150 -l 0 -X 0 --lazy --border 0
	--disable-rrdtool-tag -n TITLE:11 -n DEFAULT:8
	-c BACK#000000 -c CANVAS#000000 -c FONT#d0d0d0 -c AXIS#909090 -c ARROW#909090 -c FRAME#909090 -c GRID#282828 -c MGRID#484848
	--imginfo '<img src="/fireplot-graphs/%s" width="%lu" height="%lu" alt="Sources of rejected packets">'
	DEF:known=/var/lib/fireplot/totals.rrd:known:AVERAGE CDEF:gap=known,1,LT,INF,UNKN,IF AREA:gap#383838
	DEF:sources=/var/lib/fireplot/totals.rrd:sources:AVERAGE
	AREA:sources#00a0a060 LINE1:sources#00d0d0:'distinct sources in a step'
	GPRINT:sources:AVERAGE:'   average %.0lf' GPRINT:sources:MAX:'   maximum %.0lf\l'>
</div>
<p>Counted up to <RRD::TIME::LAST /var/lib/fireplot/totals.rrd "%Y-%m-%d %H:%M:%S %Z"></p>
</body>
</html>
