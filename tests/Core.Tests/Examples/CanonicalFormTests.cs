using System.Globalization;
using System.Text;
using ControlSurface.Core.Texts;

namespace ControlSurface.Core.Tests.Examples;

/// <summary>Unicode normal form C without the machine's own tables.</summary>
public class CanonicalFormTests
{
    // Random text of marks, composed characters and Hangul = its normal form as another implementation has it.
    private const string Samples = """
        85a+30d1+2f8ef=85a+30d1+6b21 1b72+177+365+f95b+f91b=1b72+177+365+62cf+4e82 1e07=1e07
        f91f+7f0+10d27=862d+7f0+10d27 16b34=16b34 fa68+2f967=96e3+42a0
        f942+61+1f43+f9de+1e028=58df+61+1f43+540f+1e028 212a+1f04+1e27+63=4b+1f04+1e27+63 2f9b4+6e=865c+6e
        1fca+1112+f999+1ece=1fca+1112+84ee+1ece 32f+5b6+faa9+f91b+8fb=5b6+32f+774a+4e82+8fb
        89b+fa49+f92a=89b+722b+6d6a 2f936=753e 1fb9+2f9a4+1fe9=1fb9+26c36+1fe9
        fa69+1e00d+55+f9b7+31d=97ff+1e00d+55+91b4+31d 2f8df+1e004+2f96b=67fa+1e004+25f86
        1ec0+2f9fc+305c+2f937=1ec0+4ab2+305c+24c92 12b+f9ce+20d1=12b+786b+20d1 2f84b+5b2=5716+5b2
        34e+931+f99a+a6f0=34e+931+9023+a6f0 1ea5+732+f94e+112ea+1ea7=1ea5+732+6f0f+112ea+1ea7
        20e6+2f971+2df8+1ddf=20e6+4334+2df8+1ddf 358+b5d=358+b22+b3c 1de4+2f90e=1de4+6df9 fb+fa39=fb+5840
        2f846+1d160+1f5d=5584+1d158+1d165+1d16e+1f5d 2f991+fab8=829d+8996
        2f8ff+2f956+11bd+20d+f9b9=6d16+798f+11bd+20d+60e1 302+f76+317+1acb=302+fb2+f80+317+1acb
        8f0+595+1fb8+2f821=8f0+595+1fb8+5246 4d7=4d7 13b+324+1ac7+2f858+2de7=13b+324+1ac7+58ac+2de7
        2f8ab+1e37=618e+1e37 2f827+220c+fa01=52e4+220c+5ea6 fa20+fa34+1f3a+364=8612+52e4+1f3a+364
        fa18+2f997+8ed=793c+26b3c+8ed 12d+1abb+fb3a+212a+81c=12d+1abb+5da+5bc+4b+81c
        145+45+fb3a+1ef7+2f8ce=145+45+5da+5bc+1ef7+3b19 2f9a8=84f1 fac4+226f+94d=9199+226f+94d
        1f8d+2f8b3+1cf9+2f854+63=1f8d+621b+1cf9+580d+63 1a18+fac1=1a18+8d08
        1e53+f93+2f999+2f833=1e53+f92+fb7+831d+537f f992+2fa16+1fe6=6f23+4d56+1fe6 34d+1ce2+4d6=1ce2+34d+4d6
        f9f0+135d=85fa+135d 1ab8+fa2f+2f881=1ab8+96b7+5de1 c8+fa1b+2f8f7+1fcd+4f=c8+798f+23a8d+1fcd+4f 2f916=3d96
        fa16+c56=732a+c56 65+2f8b1+1f98+368=65+61f6+1f98+368 f9d4+a69f+41+360=502b+a69f+41+360 95f+652=92f+93c+652
        2f903+819+2f84e+2f80d=6d69+819+5651+2063a 2f909+1fea+8d5+11173=6e6e+1fea+11173+8d5
        45+73c+f95b+fac+1b12=45+73c+62cf+fab+fb7+1b12 2f91e+1e01d+fabd+f925=719c+1e01d+8afe+62c9
        6c0+fb4d+89a+fad9+faa4=6c0+5db+5bf+89a+9f8e+761d f975=63a0 2f841+d2=54f6+d2 a33+745=a32+a3c+745
        2f86c+1101+5c1+115ba=219c8+1101+5c1+115ba 114bc+fa2f+41+55+4ec=114bc+96b7+41+55+4ec
        f9a7+11d45+14c+65+307=7375+11d45+14c+117 1f7a+2f851+fa8f+2f837=1f7a+58ee+6452+53df
        193b+2f99a+1ea2+f9a7+fa9a=193b+8363+1ea2+7375+6f22 fa16+fa98+1e24+2f9b4+fad8=732a+6edb+1e24+865c+9f43
        1193e+1ab0+f994=1193e+1ab0+7489 f915+611=6d1b+611 f97d+1f4d+32d+2f942=8ad2+1f4d+32d+250f2 f945+32f=807e+32f
        2f93b+1f11=24fa1+1f11 8f2+2f934+1dc2+8ed=8f2+7524+1dc2+8ed fab8+a8e4+1fb4+f928=8996+a8e4+1fb4+5eca
        20d6+1f5b=20d6+1f5b 1eed+faab+30b+5a1+63=1eed+78cc+30b+5a1+63 f92c+2f955=90ce+256c5
        a8ec+829+102e0=102e0+a8ec+829 1d17d+fa60+2f9b9+1f82+386=1d17d+8910+870e+1f82+386 21b+4f+2f987=21b+4f+267a7
        f939+32c=9b6f+32c 10f+2f8ab+36f=10f+618e+36f 35c+2f840+1ced=35c+54a2+1ced
        f9+1fb4+1136c+f91a=f9+1fb4+1136c+99f1 2f877+65b+1d8=5c60+65b+1d8
        2f9df+1dfe+593+8ed+1e5e=8f38+8ed+1dfe+593+1e5e 2f894+1f1c+fb4a=5f22+1f1c+5ea+5bc 1ed6+f98c=1ed6+6b77
        2f946+c48+1e82+1fdb+117=771f+c48+1e82+38a+117 f72+fab3+fa03+1e1c+f992=f72+8352+7cd6+1e1c+6f23 2f90d=23ed1
        2f906+fa62+1109c+30be=23d1e+8b01+1109c+30be 1f29+2f985+1baa+1dda+1fc7=1f29+813e+1baa+1dda+1fc7
        2f9d3+1110=27ca8+1110 f94f+8f4+212=7d2f+8f4+212 2f929=738b fa91+2f93f+1eb5+2f819=6674+4008+1eb5+4ecc
        2f99a+1ee3=8363+1ee3 f9c4=9f8d 1ea9+fa84+2f904+1a78=1ea9+5f69+6d78+1a78 fa8c+4f=6234+4f 30c5=30c5
        2f898+1de7+35f=261da+1de7+35f fb40+6e+8d2+2f90a+2f9f9=5e0+5bc+6e+8d2+3d33+4a76
        307c+49+1f7c+2fa0c+fa5f=307c+49+1f7c+9cfd+8457 1ebe+2fa1b=1ebe+9f16
        2f8cf+7f2+1db+2f9f5+faae=6691+7f2+1db+9723+7c7b 1172+2f9bc+fa8f+73c=1172+8728+6452+73c
        4f+fa8a+1d169+10c+2f980=4f+6160+1d169+10c+2335f 65+2f9e6+2f972+2f99c+2f8ce=65+911b+26228+8323+3b19
        361+15b=361+15b 4e5+2de8+f9a3=4e5+2de8+5ff5 1ff+2f890+11a+2f88a+fb4b=1ff+5efe+11a+387c+5d5+5b9
        fa4b+1e66=7891+1e66 f9ba=4e86 3ab+2f911+fb30+312+6f=3ab+23f8e+5d0+5bc+312+6f
        fa5e+302a+33e+fa1a=8279+302a+33e+7965 45+1ea+2f864=45+1ea+5a27 341+2f81d=301+51f5
        2f875+1d166+6e0=5c22+1d166+6e0 fa2e=90de fa3c=5c6e 2f945+483+2f998=771e+483+82e5 2f954+fa4c=2569a+793e
        2f9dc+fabc+1ec4=8df0+8b01+1ec4 f9df+f9e1+49+5b8=5c65+674e+49+5b8
        193b+1f39+364+f9fc+114=193b+1f39+364+8b58+114 f9c2+33d+fa94=84fc+33d+6756
        1e7a+3065+1b06+1b0e=1e7a+3065+1b06+1b0e 20e9+6db+2f82c=20e9+6db+5349
        1eac+5a0+2f9c5+2244+1de1=1eac+5a0+27667+2244+1de1 fa3e+30c7+137+8e3=6168+30c7+137+8e3 fa54=7a40
        30fe+5bf+1037=30fe+1037+5bf 33c+20ee+f944+4f+1e95=33c+20ee+7c60+4f+1e95 2f8ad+826+1e2b=61a4+826+1e2b
        f965+faa5+1f4b=4fbf+761f+1f4b 49+2adc=49+2add+338 150+4f+2f89d+a679=150+4f+5fcd+a679
        111ca+1ab4+2fa08+34e+1fa=111ca+1ab4+4bce+34e+1fa f9a1+2f85b+49+739=8aaa+58f7+49+739
        fa3b+1f8+112ea=5c64+1f8+112ea 9cc+f9f9=9cc+7c92 1fcb+1eb5+1ef6+1e45=389+1eb5+1ef6+1e45
        a8ed+2f903+1dff=a8ed+6d69+1dff fa32+115c0+2f938=514d+115c0+7570 5bd+951+2f8cf+8ee=5bd+951+6691+8ee
        1133b+1cdf+f9aa+1f9a=1133b+1cdf+5be7+1f9a f941+73d+1112e+f82=8ad6+73d+1112e+f82
        302c+f90a+6f+fb1e=302c+91d1+6f+fb1e fa71=51b5 1d1ac+20ec+64d=64d+20ec+1d1ac
        fb40+2f897+45+1bf2+3ae=5e0+5bc+232b8+45+1bf2+3ae 1e134+fa4d+c0+32f=1e134+7949+c0+32f
        fb39+f9e8+f999+1e27=5d9+5bc+88e1+84ee+1e27 2f96e+591+2fa11+2f9bc+2f8e0=7dc7+591+4cf8+8728+6785
        361+1134d+6e+1a0=1134d+361+6e+1a0 177+2f8d8+2f9f5+1f15+656=177+6717+9723+1f15+656
        fb3a+2f8b3+f96a=5da+5bc+621b+7d22 483=483 1e01b+f7d+3073+1e5a+1dc1=f7d+1e01b+3073+1e5a+1dc1
        c4+f2+10379+1f0c+f9c9=c4+f2+10379+1f0c+67f3 1f50+2f8d5+1e0e=1f50+669c+1e0e
        fb31+1def+11100+1e21=5d1+5bc+1def+11100+1e21 f901=66f4 212+128+fa2=212+128+fa1+fb7
        2f94f+2f8df+f923+351=788c+67fa+85cd+351 1dd3+2f932+f935=1dd3+74ca+8606 1dce+fa5a+169=1dce+7f72+169
        2fa03+f925+219b=4b33+62c9+219b 318+1abb+fa65+1a75+1f39=318+1abb+8d08+1a75+1f39 1ddf+f9dc=1ddf+9686
        2f87f=5d6b 2f847+f37+1dc0+fa39=5599+f37+1dc0+5840 2f92a+217+2f809+81b=3eac+217+5099+81b
        20e+1b6b+12f+2f80e=20e+1b6b+12f+514d f910+204=863f+204 f78+eba+2f8f5=fb3+eba+f80+6bba
        41+f9e6+15e+1f3a+2f926=41+7f79+15e+1f3a+24735 2cf0+1f95+f97f+95c=2cf0+1f95+52f5+921+93c cc=cc 1fee=385
        619+11d42+55+1ac5=11d42+619+55+1ac5 20d6+65+1f2d+f956=20d6+65+1f2d+7a1c 1f71+220c=3ac+220c
        158+2f8a0+aac1+1e25=158+6081+aac1+1e25 1ce+2de4+16c+f9d7=1ce+2de4+16c+8f2a 2f835=7070
        1da+1e5f+45+2f9fc+2f98d=1da+1e5f+45+4ab2+8f9e 2f8a9+30f+135+1deb+4f1=614c+30f+135+1deb+4f1
        2f9f7+f9de+4f+3062=2921a+540f+4f+3062 f94c+fa5c+6db=6a13+81ed+6db 2f83c+1df5=549e+1df5
        1f61+f9ca+212b=1f61+6d41+c5 347+faa9+1714+30b2+4f=347+774a+1714+30b2+4f 1e22+a92d=1e22+a92d fa2c=9928
        10f84+1f7b+8ea+f93e+4e6=10f84+3cd+8ea+83c9+4e6 40d+f927=40d+881f 2f9e0+f991+a59+1ded=285d2+649a+a16+a3c+1ded
        f916+f9ca=70d9+6d41 2f94e+1df0+61+10a38+63=784e+1df0+61+10a38+63 1eab+1d162+1e76=1eab+1d158+1d165+1d170+1e76
        1e005+f52+1f7d=1e005+f51+fb7+3ce fa97+fb31=6d41+5d1+5bc 2f8e9+487=69a3+487 175+4d7+d4+fa03=175+4d7+d4+7cd6
        f997+2cf0=806f+2cf0 fa2+337+22eb+faac+c48=fa1+fb7+337+22eb+7ab1+c48 2f82b+1e56+6f+69=5317+1e56+6f+69
        eb9+2f874+1f3b=eb9+5f53+1f3b 1ab4=1ab4 1112f+fa33+307+a953=1112f+52c9+a953+307
        8d0+2f8bf+fe27+38f+2f8f7=8d0+6422+fe27+38f+23a8d 30f9+2f9a5=30f9+26d6b aab7+1ebb+2f934=aab7+1ebb+7524
        f91a+202+1f3c=99f1+202+1f3c 20d9+f90b+f914+117+41=20d9+5587+6a02+117+41 2f8d4+135f+309e=6700+135f+309e
        1ab5+dc+f95d+8d8=1ab5+dc+8afe+8d8 49+8f1+65e+107=49+8f1+65e+107 2f8c5+30dc=649d+30dc
        11b2+fa8b+9df=11b2+61f2+9af+9bc fa30=4fae 20a+2f83d+2f8b3=20a+5438+621b
        366+2f9ea+2f871+2f987=366+927c+21b18+267a7 2f8c3+6e=6469+6e 2f874+a8e6=5f53+a8e6
        103a+f9fc+dde+16ff1+1cd7=103a+8b58+dde+16ff1+1cd7 302f+20e8=20e8+302f 2f934=7524
        5b5+307d+2f81c=5b5+307d+291df 112ea+2f88d+75+1f23=112ea+5eb6+75+1f23
        1f2b+1e018+1e2a+f93a=1f2b+1e018+1e2a+9dfa 2f90f+2274+f991+fa87=6f6e+2274+649a+614e
        cbc+12e+cf+2f86b=cbc+12e+cf+5b3e f9dc+1df1+f991+75=9686+1df1+649a+75
        6e+f9c0+cc8+f9fd+a67a=6e+71ce+cc8+4ec0+a67a 2247+3aa+f97d+fa8a=2247+3aa+8ad2+6160
        2f908+1ce+1ce+2f8b3+65f=6e2f+1ce+1ce+621b+65f 34b+20e+41+fa89+2ded=34b+20e+41+618e+2ded f93=f92+fb7
        fa55+1ece=7a81+1ece 2f97f+63=8070+63 8e1+1f73+2f856=8e1+3ad+5832 f9b8+7ee+1e3f=96b8+7ee+1e3f
        fa1e+1ac9+1e948+1e62+2f85f=7fbd+1ac9+1e948+1e62+5962 2f8b4+1ea6=625d+1ea6 2de9+95a+65=2de9+917+93c+65
        5aa+6e+fb48=5aa+6e+5e8+5bc 2f8b3=621b f9aa+114bb+fad0=5be7+114bb+22844
        2f98a+4e4+1e36+fe2e+2f898=2339c+4e4+1e36+fe2e+261da 1e001+819+20ec=20ec+1e001+819 4f+352+f97e=4f+352+91cf
        bca+2f85d=bca+591a 1f33+2f8bf+1e029=1f33+6422+1e029 116f+c8+55=116f+c8+55 1eda+2f860=1eda+216a8
        f919+faac+220c+1ee=916a+7ab1+220c+1ee fa47+1dd0=6f22+1dd0 2f8f8+1e3+12a+20e+cb=21d0b+1e3+12a+20e+cb
        2001+1f15+4ed+fad7+20d8=2003+1f15+4ed+27ed3+20d8 1dc4+f907+1e01e+1f0a+1e2ef=1dc4+9f9c+1e01e+1f0a+1e2ef
        407+308+2f8bb+7f2=407+308+6368+7f2 a6f1+1e68+f9=a6f1+1e68+f9
        1fe9+2f808+2f8d9+1e006+f984=1fe9+507a+671b+1e006+6ffe fac1+1171+fa59+1e27+8fc=8d08+1171+7e41+1e27+8fc
        1dc=1dc 1134b+2f907+135f+748+f907=1134b+6d34+748+135f+9f9c fac3+2f83f=9072+5468
        2f8e1+2f8c8+f90f+2f854+b3c=6852+654f+7f85+580d+b3c 1f30+309+1f06+2f888+1f4=1f30+309+1f06+3862+1f4
        2f9f7+10a38+e0+2de2=2921a+10a38+e0+2de2 65+f9dc+34d+d7a3=65+9686+34d+d7a3 2f9e8+207+1e6f=92d7+207+1e6f
        2f963+f965+2f97d+63+fad8=7bc9+4fbf+8060+63+9f43 1eed+2f8ca+1cd1=1eed+2300a+1cd1 fa97=6d41 95e=92b+93c
        2f89c+2f99a+2f929+101fd=5f9a+8363+738b+101fd f9f8+fb48+2f9ae+e0=7b20+5e8+5bc+455d+e0 f969=6578
        2f87b+1e027+342+16ff1=21de4+16ff1+1e027+342 7f2+162=7f2+162 2f878=5c6e 2f9ab=273ca 11b0=11b0
        55+21cf+193b+fe26+2f925=55+21cf+193b+fe26+7295 fa0d+485+6db=55c0+485+6db 2f9f8=4a6e
        1f67+6f+2f826=1f67+6f+52c9 fa09+1ecd+2f869+6f+15a=964d+1ecd+5b08+6f+15a 15b+f966+fac5+49=15b+5fa9+9276+49
        f965+c5=4fbf+c5 1a7c+1ed0+63+6e+20d=1a7c+1ed0+63+6e+20d 403+fa54+2f9a4+4f=403+7a40+26c36+4f
        fa60+2f800=8910+4e3d fab7+1e59+1e004=8986+1e59+1e004 fa72+8ff=5168+8ff 2f8b4=625d fa4f=7950
        75+4e4+2f891+1f80+20d2=75+4e4+22331+1f80+20d2 f92c=90ce f944+11046+fa7d=7c60+11046+58b3 2df3+2f89c=2df3+5f9a
        f9ca+651=6d41+651 2f806+6f+2f98c+55+2f834=4fbb+6f+8204+55+20a2c
        8d3+f99f+2f91c+11372+61=8d3+70c8+7145+11372+61 95d+f9d4+f970=922+93c+502b+6bba 1e00a+1de0+64e=64e+1e00a+1de0
        f9cf+2f8cd+2f9aa=7d10+6649+8516 fa98+f7c=6edb+f7c 1f0b+75+2f9c5=1f0b+75+27667
        8d0+2fa17+8d5+1e24+2fa17=8d0+9ef9+8d5+1e24+9ef9 2f82a+fad3+1fe2=5306+4018+1fe2
        1e8f+103a+592+2f8ba=1e8f+103a+592+62fc f9d7+168+fd+a675=8f2a+168+fd+a675
        2f99d+1cf4+fa7a+2f8a3=83bd+1cf4+5599+6094 f9d4+129+746=502b+129+746 2f82d+11b6+a8e7=5351+11b6+a8e7
        2f9bc+1d1ab+1e135+41=8728+1d1ab+1e135+41 1dd6+2f934+2fa13+2f8f5=1dd6+7524+2a20e+6bba
        1dd6+2f964+d4c+2f8c8+622=1dd6+4227+d4c+654f+622 f956+1f3f+1e56+2f892=7a1c+1f3f+1e56+22331 f921=5d50
        1e2e+f931=1e2e+6ad3 f9b3+11d+2f876+aab3=9748+11d+3781+aab3
        2f952+2f918+dde+2f8fd+1f86=25626+707d+dde+6ccd+1f86 8ea+2f9fa=8ea+97e0 fac7+1fe1=96e3+1fe1
        2f9ff+fa07=980b+8f3b 10c+2f8bf+6f+22ac+fad1=10c+6422+6f+22ac+233d5 aabe+61+f9ba=aabe+61+4e86
        2f978+e3a=7f95+e3a fab1+65+614+1111=7f3e+65+614+1111 20d2+2f8b8+217+1e38+1e91=20d2+22b0c+217+1e38+1e91
        2f893+2f9b1+2f951+1ff3=8201+270d2+40e3+1ff3 1cda+30b4+f9cf+1b40+8f9=1cda+30b4+7d10+1b40+8f9
        f9ec+2f8cb=6eba+65e3 2fa0d+1dcb+81b+1ff8+2f92d=4cce+1dcb+81b+1ff8+3eb8 f9e8+1ee8+65+11133=88e1+1ee8+65+11133
        6e+f9ed=6e+541d f93c+2f961+ec9=797f+25bab+ec9 cc+2fa11+41+1eb2=cc+4cf8+41+1eb2
        1e19+2f8fd+1f0d=1e19+6ccd+1f0d fa1c+fa39+f946=9756+5840+7262
        2f8b7+362+2f911+219b+89e=6350+362+23f8e+219b+89e 75+741+fb48=75+741+5e8+5bc 2f8a6+1e017+108=6148+1e017+108
        1e2e+2f840+4d1=1e2e+54a2+4d1 74a+1dea+ec8+4f+f9a6=ec8+74a+1dea+4f+7c3e 49+89e+1aca=49+1aca+89e
        6e+fe29+953+2f845=6e+fe29+953+5584 41+38a+2f937+11134+4f=41+38a+24c92+11134+4f
        1714+fa60+2f99a=1714+8910+8363 fb49+346=5e9+5bc+346 2f942+5b2+1145e+5b8=250f2+5b2+5b8+1145e
        f91f+1ded+73c=862d+73c+1ded fa5a+115c0+227+fa36=7f72+115c0+227+559d 7f1+2f9b9+fa53+1e1f=7f1+870e+798e+1e1f
        8fa+10ae5+2f81c+1175=8fa+10ae5+291df+1175 2f9a7+16af2+fa6d+2f92a=452b+16af2+8218+3eac
        f9de+2de1+f93b=540f+2de1+788c 2f955+338+d3b+2f8b6=256c5+338+d3b+62d4 2f8b2+2f8dd+14e=6210+233c3+14e
        2f846=5584 2f970=7e45 3cc+faa4+fa36=3cc+761d+559d 1fc1+fa02+41=1fc1+62d3+41
        11373+55+1b0e+1ebe+f961=11373+55+1b0e+1ebe+7387 f92d+1e34+11373=4f86+1e34+11373
        a8e3+1f9d+fa88+1e86=a8e3+1f9d+6108+1e86 1fd0+1ab4+2f8fe+fa57+61=1fd0+1ab4+6c67+7df4+61
        654+1e131+2f8ad=654+1e131+61a4 2fa15+11374+a8ed+11070=9ebb+11070+11374+a8ed
        1fb+a66f+1f07+4f8+dd=1fb+a66f+1f07+4f8+dd 2f842+69+2f90c+22e=5510+69+6ec7+22e
        10f4f+2f84e+2de6+2f862+81e=10f4f+5651+2de6+59ec+81e 2f96a+358+1b43+1a0+2f931=7d00+358+1b43+1a0+7485
        2f886+61+a5e+4d1=5e3d+61+a2b+a3c+4d1 175+f929=175+6717 2f902=6d41 1f0e+e4b+f92a=1f0e+e4b+6d6a 1f5b=1f5b
        2f8c9+1e005+20f+fa6d+1d165=656c+1e005+20f+8218+1d165 1a0+5b9+63+f927+1d1bd=1a0+5b9+63+881f+1d1b9+1d165+1d16e
        f98f+317+104+2f966=6190+317+104+7cd2 2f805+1e948+2f911+8d3=4fae+1e948+23f8e+8d3
        45+f904+11173+4d3=45+6ed1+11173+4d3 2f8d4=6700 1b41+89a+2f88c+10a=1b41+89a+5eb3+10a
        d5+ed+2f975+2f93a=d5+ed+262d9+7610 2fa07+1d16e+1e0e=99fe+1d16e+1e0e 1161+6e=1161+6e
        2f9de+fa71+f9c9+2f93b+1e3e=8ed4+51b5+67f3+24fa1+1e3e 2f9fe=980b f6=f6 2f843+22c+1f50+2274=5553+22c+1f50+2274
        110b+f970+f9ef+2f959+931=110b+6bba+7498+7a40+931
        """;

    [Fact]
    public void Text_is_spelled_as_another_implementation_spells_it() =>
        Assert.All(
            Samples.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
            sample => Assert.Equal(Text(sample.Split('=')[1]), CanonicalForm.Of(Text(sample.Split('=')[0])))
        );

    [Fact]
    public void What_is_spelled_right_stays_as_it_is() =>
        Assert.All(
            Samples.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries),
            sample => Assert.Equal(Text(sample.Split('=')[1]), CanonicalForm.Of(Text(sample.Split('=')[1])))
        );

    private static string Text(string points) =>
        string.Concat(
            points
                .Split('+')
                .Select(p => new Rune(int.Parse(p, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString())
        );
}
