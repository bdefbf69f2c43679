/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command and prints what it cost: CPU (user and system, in ms), elapsed time, and the most memory it had resident. Its
 * output goes to stderr. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double ms_of(const struct timeval *tv)
{
	return (double)tv->tv_sec * 1000 + (double)tv->tv_usec / 1000;
}

int main(int argc, char **argv)
{
	struct timespec began, ended;
	struct rusage usage;
	int status;
	pid_t child;

	if (argc < 2) {
		fputs("usage: cost COMMAND [ARGUMENT ...]\n", stderr);
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &began);
	child = fork();
	if (child == 0) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
		perror("cost");
		return 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &ended);
	printf("cpu_ms %.1f elapsed_ms %.1f rss_kib %ld\n", ms_of(&usage.ru_utime) + ms_of(&usage.ru_stime),
	       (double)(ended.tv_sec - began.tv_sec) * 1000 + (double)(ended.tv_nsec - began.tv_nsec) / 1e6, usage.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
