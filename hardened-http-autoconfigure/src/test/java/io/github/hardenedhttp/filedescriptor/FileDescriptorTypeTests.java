package io.github.hardenedhttp.filedescriptor;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class FileDescriptorTypeTests {

	@ParameterizedTest
	@CsvSource({ "socket:[4711],SOCKET", "pipe:[12],PIPE", "anon_inode:[eventpoll],EPOLL", "anon_inode:[eventfd],OTHER",
			"anon_inode:[timerfd],OTHER", "anon_inode:inotify,OTHER", "anon_inode:[io_uring],OTHER",
			"net:[4026531992],OTHER", "/dev/null,FILE", "/var/log/app.log,FILE", "/var/log/app.log (deleted),FILE",
			"/memfd:name (deleted),FILE", "/socket:[1],FILE", "'',OTHER" })
	void theTargetOfTheLinkTellsTheType(String target, FileDescriptorType type) {
		assertThat(FileDescriptorType.ofLinkTarget(target)).isEqualTo(type);
	}

	@ParameterizedTest
	@CsvSource({ "SOCKET,socket", "FILE,file", "PIPE,pipe", "EPOLL,epoll", "OTHER,other" })
	void theIdIsLowerCase(FileDescriptorType type, String id) {
		assertThat(type.id()).isEqualTo(id);
	}

}
